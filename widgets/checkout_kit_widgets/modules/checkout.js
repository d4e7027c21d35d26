// A checkout as it is embedded: watched, framed, or above the page in a dialog.

import { make, sheetOf, webUrl } from "./element.js";

/** @typedef {{state: string, panel: string, isPaid: boolean, version: string, amountDue: string, currency: string, pollAfter: number}} Status */
/** @typedef {(status: Status) => void} Listener */
/** @typedef {{listeners: Set<Listener>, last: Status | null, timer: number, failures: number, isAsking: boolean}} Watch */

const SLOWEST = 60;
/** @type {Map<string, Watch>} by the checkout's address */
const watches = new Map();

/**
 * Hear of a checkout's status now and whenever it changes.
 * @param {URL} url the checkout's page
 * @param {Listener} listener
 * @returns {() => void} ends it
 */
export function watch(url, listener) {
  const address = url.origin + url.pathname.replace(/\/$/, "");
  const found = watches.get(address);
  /** @type {Watch} */
  const fresh = { listeners: new Set(), last: null, timer: 0, failures: 0, isAsking: false };
  const watched = found ?? fresh;
  watched.listeners.add(listener);
  if (watched.last) listener(watched.last);
  if (!found) {
    watches.set(address, watched);
    void ask(address, watched);
  }
  return () => {
    watched.listeners.delete(listener);
    if (watched.listeners.size) return;
    clearTimeout(watched.timer);
    watches.delete(address);
  };
}

/**
 * @param {string} address
 * @param {Watch} watched
 */
async function ask(address, watched) {
  if (watched.isAsking) return;
  watched.isAsking = true;
  let seconds = 3;
  try {
    const response = await fetch(`${address}/status`, {
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (!response.ok) throw new Error(String(response.status));
    const status = /** @type {Status} */ (await response.json());
    watched.failures = 0;
    seconds = Number(status.pollAfter) || seconds;
    if (status.version !== watched.last?.version) {
      watched.last = status;
      for (const listener of watched.listeners) listener(status);
    }
  } catch {
    watched.failures += 1;
  }
  watched.isAsking = false;
  if (watches.get(address) !== watched) return;
  const wait = seconds * 2 ** Math.min(watched.failures, 5) * (document.hidden ? 5 : 1);
  const again = () => void ask(address, watched);
  watched.timer = window.setTimeout(again, Math.min(SLOWEST, wait) * 1000);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const [address, watched] of watches) {
    clearTimeout(watched.timer);
    void ask(address, watched);
  }
});

/** @typedef {"waiting" | "seen" | "paid" | "part" | "expired" | "cancelled" | "closed"} Stage */

/**
 * @param {{state: string, isPaid: boolean}} status
 * @returns {Stage}
 */
export function stageOf({ state, isPaid }) {
  if (isPaid) return "paid";
  if (state === "NEW_CHARGE") return "waiting";
  if (state === "IN_PROGRESS" || state === "UNRESOLVED_GENERIC") return "seen";
  if (state.endsWith("UNDERPAID")) return "part";
  if (state === "EXPIRED") return "expired";
  return state === "CANCELLED" ? "cancelled" : "closed";
}

/**
 * @param {Stage} stage
 * @param {import("./element.js").Translate} t
 */
export function stageWords(stage, t) {
  return {
    waiting: t("Waiting for payment"),
    seen: t("Payment on its way"),
    paid: t("Paid"),
    part: t("Paid in part"),
    expired: t("Expired"),
    cancelled: t("Cancelled"),
    closed: t("Closed"),
  }[stage];
}

/** Tells each change once, however often it is heard of. */
export class Progress {
  /** @type {Stage | ""} */
  stage = "";

  /** @param {import("./element.js").CheckoutElement} element */
  constructor(element) {
    this.element = element;
  }

  /** @param {{state: string, isPaid: boolean}} status */
  note(status) {
    const stage = stageOf(status);
    if (stage === this.stage) return;
    this.stage = stage;
    const detail = { stage, state: status.state, isPaid: status.isPaid };
    this.element.tell("checkout-changed", detail);
    if (/paid|cancelled|expired/.test(stage)) this.element.tell(`checkout-${stage}`, detail);
  }
}

/**
 * @param {Element} element
 * @param {string} attribute its attribute for the address; else its link counts
 * @returns {URL | null} the page of a checkout, or of a signed offer
 */
export function sourceOf(element, attribute) {
  return webUrl(element.getAttribute(attribute) || element.querySelector("a")?.href);
}

/** @returns {string} what tells the repetition of a purchase from another one */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send an order. The server decides by the offers in it what is to be paid.
 * @param {URL} url where offers are taken up
 * @param {object} order
 * @returns {Promise<{page: URL | null, total: string, detail: string}>}
 */
export async function takeUp(url, order) {
  const response = await fetch(url.origin + url.pathname, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(order),
    credentials: "omit",
  });
  const { url: page, total, detail } = await response.json();
  return { page: response.ok ? webUrl(page) : null, total, detail };
}

/**
 * @param {URL} url
 * @param {string} [amount] how much, where the amount is free
 * @returns {Promise<URL>} the page to be shown: one that was refused says why itself
 */
async function pageOf(url, amount) {
  const offer = url.searchParams.get("offer");
  if (!offer) return url;
  try {
    return (await takeUp(url, { offer, amount, key: newKey() })).page ?? url;
  } catch {
    return url;
  }
}

/** One frame. What others send, even from the page's own origin, is not listened to. */
export class Pane {
  /** Whether the checkout in it has come to an end. */
  isOver = false;
  #origin = "";

  /**
   * @param {import("./element.js").CheckoutElement} element
   * @param {(message: {type: string, height?: number}) => void} hear
   */
  constructor(element, hear) {
    const told = new Set();
    const frame = make("iframe", {
      part: "frame",
      title: element.t("Checkout"),
      allow: "clipboard-write",
      load: () => {
        if (!this.#origin) return;
        this.box.classList.remove("is-waiting");
        frame.contentWindow?.postMessage({ type: "checkout-hello" }, this.#origin);
      },
    });
    this.frame = frame;
    this.box = make("div", { class: "pane is-waiting" }, frame);
    const listener = (/** @type {MessageEvent} */ { source, origin, data }) => {
      if (source !== frame.contentWindow || origin !== this.#origin) return;
      const { type, checkoutId } = Object(data);
      hear(Object(data));
      // The page says it anew after each of its loads.
      const once = `${type} ${checkoutId}`;
      if (!/^checkout-(opened|paid|cancelled|expired)$/.test(type) || told.has(once)) return;
      told.add(once);
      this.isOver ||= type !== "checkout-opened";
      element.tell(type, { checkoutId });
    };
    addEventListener("message", listener, { signal: element.ends.signal });
  }

  /**
   * @param {URL} url
   * @param {string} [amount]
   */
  async open(url, amount) {
    const page = await pageOf(url, amount);
    this.#origin = page.origin;
    this.frame.src = page.href;
  }
}

/** While a dialog is open the page behind does not scroll. */
const LOCK = "html { overflow: hidden; scrollbar-gutter: stable; }";

export const DIALOG = `
dialog {
  inset: 0;
  margin: auto;
  padding: 0;
  border: 0;
  inline-size: min(var(--checkout-dialog-width, 30rem), 100%);
  block-size: min(var(--checkout-dialog-height, 50rem), 94dvh);
  max-inline-size: none;
  max-block-size: none;
  border-radius: calc(var(--radius) + 4px);
  background: var(--ground);
  color: var(--text);
  box-shadow: 0 24px 64px -16px rgb(0 0 0 / 45%);
  overflow: hidden;
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: rgb(12 14 20 / 60%); }
.bar {
  flex: none;
  display: flex;
  align-items: center;
  justify-content: space-between;
  padding-inline: 1.25rem .5rem;
  border-block-end: 1px solid var(--line);
  font-weight: 600;
}
.close {
  inline-size: 2.75rem;
  block-size: 2.75rem;
  border: 0;
  border-radius: 50%;
  background: none;
  color: var(--muted);
  font-size: 1.5rem;
  line-height: 1;
}
.close:hover { background: var(--soft); color: var(--text); }
dialog .pane { flex: 1; min-block-size: 0; }
@media (max-width: 40rem) {
  dialog { inline-size: 100%; block-size: 100dvh; border-radius: 0; }
}
`;

/** One dialog of one element; closed and opened again it shows the same checkout. */
export class CheckoutDialog {
  /** @type {Pane | null} */
  #pane = null;
  #key = "";
  #element;
  #dialog;

  /** @param {import("./element.js").CheckoutElement} element */
  constructor(element) {
    const { t } = element;
    this.#element = element;
    const close = () => this.#dialog.close();
    this.#dialog = make(
      "dialog",
      { part: "dialog", "aria-label": t("Checkout"), close: () => this.#closed() },
      make(
        "div",
        { class: "bar", part: "bar" },
        make("span", {}, t("Checkout")),
        make(
          "button",
          { class: "close", part: "close", "aria-label": t("Close"), click: close },
          "×",
        ),
      ),
    );
    element.ends.signal.addEventListener("abort", close);
    element.body?.append(this.#dialog);
  }

  /**
   * @param {URL} url
   * @param {string} [amount]
   */
  open(url, amount) {
    const key = `${url} ${amount}`;
    if (this.#key !== key || this.#pane?.isOver) {
      this.#key = key;
      this.#pane?.box.remove();
      this.#pane = new Pane(this.#element, ({ type }) => {
        if (type === "checkout-closed") this.#dialog.close();
      });
      this.#dialog.append(this.#pane.box);
      void this.#pane.open(url, amount);
    }
    this.#dialog.showModal();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheetOf(LOCK)];
  }

  #closed() {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
      (sheet) => sheet !== sheetOf(LOCK),
    );
    this.#element.tell("checkout-closed");
  }
}
