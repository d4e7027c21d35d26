// <checkout-pos action offer tip-offer currency tips max>: a till for a tablet. Each item
// is a <data value="price" data-offer="…">. The server counts by the signed offers again:
// the sums in here are for the eyes.

import { Progress, newKey, stageOf, stageWords, takeUp, watch } from "./checkout.js";
import { CheckoutElement, make, moneyIn, sheetOf, webUrl } from "./element.js";

const KEYS = [..."123456789", "00", "0", "⌫"];

/** @typedef {{offer: string, name: string, price: number, quantity: number}} Line */

/** One sale, counted in the currency's smallest unit. */
class Sale {
  /** @type {Line[]} */
  lines = [];
  keyed = 0;
  tip = 0;
  /** The same for every attempt to charge it, so that it is charged once. */
  key = newKey();

  /** @param {Omit<Line, "quantity">} item */
  add(item) {
    const line = this.lines.find((one) => one.name === item.name && one.price === item.price);
    if (line) line.quantity += 1;
    else this.lines.push({ ...item, quantity: 1 });
  }

  /** @param {Line} line */
  takeOff(line) {
    line.quantity -= 1;
    this.lines = this.lines.filter(({ quantity }) => quantity);
  }

  get net() {
    return this.lines.reduce((sum, line) => sum + line.price * line.quantity, this.keyed);
  }

  get tipAmount() {
    return Math.round((this.net * this.tip) / 100);
  }
}

/** Items and a keypad, a tip, and a big QR code of the checkout's page. */
export class CheckoutPosElement extends CheckoutElement {
  static observedAttributes = ["action", "offer", "tip-offer", "currency", "tips", "max"];
  #sale = new Sale();
  #stop = () => {};
  #money = moneyIn("en", "USD");

  async start() {
    this.#money = moneyIn(this.language, this.getAttribute("currency"));
    const { signal } = this.ends;
    addEventListener("keydown", (event) => this.#hear(event), { signal });
    const css = await fetch(new URL("pos.css", import.meta.url));
    const look = sheetOf(css.ok ? await css.text() : "");
    const root = this.shadowRoot;
    if (root && !signal.aborted) {
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, look];
      this.#begin();
    }
  }

  change() {
    this.#money = moneyIn(this.language, this.getAttribute("currency"));
    this.#begin();
  }

  disconnectedCallback() {
    this.#stop();
    super.disconnectedCallback();
  }

  get #unit() {
    return 10 ** this.#money.digits;
  }

  /** @param {number} amount */
  #text(amount) {
    return (amount / this.#unit).toFixed(this.#money.digits);
  }

  /** @param {number} amount */
  #show(amount) {
    return this.#money.format(this.#text(amount));
  }

  #begin() {
    this.#stop();
    this.#sale = new Sale();
    this.#showTill();
  }

  /**
   * Digits count wherever the focus is.
   * @param {KeyboardEvent} event
   */
  #hear({ key, ctrlKey, metaKey, altKey }) {
    if (!this.body?.querySelector(".keys") || ctrlKey || metaKey || altKey) return;
    if (/^\d$/.test(key)) this.#press(key);
    else if (key === "Backspace") this.#press("⌫");
  }

  /** @param {string} key */
  #press(key) {
    const sale = this.#sale;
    const keyed = key === "⌫" ? Math.floor(sale.keyed / 10) : Number(sale.keyed + key);
    if (keyed <= (Number(this.getAttribute("max")) || 10000) * this.#unit) sale.keyed = keyed;
    this.#showTicket();
  }

  /**
   * @param {Record<string, unknown>} attributes
   * @param {() => void} act
   * @param {...(Node | string)} children
   */
  #button(attributes, act, ...children) {
    const click = () => {
      act();
      this.#showTicket();
    };
    return make("button", { ...attributes, click }, ...children);
  }

  #showTill() {
    const { t } = this;
    const items = [...this.querySelectorAll("data")].map((element) => {
      const { value, textContent, dataset } = element;
      const name = textContent?.trim() ?? "";
      const price = Math.round(Number(value) * this.#unit) || 0;
      const item = { offer: dataset.offer ?? "", name, price };
      return this.#button(
        { part: "item" },
        () => this.#sale.add(item),
        make("span", {}, name),
        make("small", {}, this.#show(price)),
      );
    });
    const keys = KEYS.map((key) => {
      const label = key === "⌫" && t("Delete");
      return this.#button({ part: "key", "aria-label": label }, () => this.#press(key), key);
    });
    const add = () => {
      const sale = this.#sale;
      const price = sale.keyed;
      sale.keyed = 0;
      const offer = this.getAttribute("offer") ?? "";
      if (price) sale.add({ offer, name: t("Amount"), price });
    };
    this.body?.replaceChildren(
      make(
        "div",
        { class: "till" },
        make("div", { class: "items", hidden: !items.length }, ...items),
        make(
          "div",
          { class: "pad", hidden: !this.hasAttribute("offer") },
          make("output", { class: "keyed", part: "keyed", "aria-label": t("Amount") }),
          make("div", { class: "keys", dir: "ltr" }, ...keys),
          this.#button({ class: "add" }, add, t("Add amount")),
        ),
      ),
      make("div", { class: "ticket", part: "ticket" }),
    );
    this.#showTicket();
  }

  #showTicket() {
    const { t } = this;
    const sale = this.#sale;
    const ticket = this.body?.querySelector(".ticket");
    const keyed = this.body?.querySelector(".keyed");
    if (!ticket || !keyed) return;
    // Whoever works with a keyboard stays where they are.
    const focused = this.shadowRoot?.activeElement?.id;
    keyed.textContent = this.#show(sale.keyed);
    const lines = sale.lines.map((line, index) => {
      const { name, quantity, price } = line;
      const off = { class: "off", id: `off-${index}`, "aria-label": t("Take off %(name)s", { name }) };
      return make(
        "li",
        {},
        make("span", {}, quantity > 1 ? `${quantity} × ${name}` : name),
        make("span", { class: "sum" }, this.#show(price * quantity)),
        this.#button(off, () => sale.takeOff(line), "−"),
      );
    });
    const tips = (this.getAttribute("tips")?.match(/\d+/g) ?? []).map(Number).map((tip) => {
      const pressed = { id: `tip-${tip}`, "aria-pressed": String(sale.tip === tip) };
      const choose = () => {
        sale.tip = tip;
      };
      return this.#button(pressed, choose, tip ? `${tip} %` : t("No tip"));
    });
    const total = this.#show(sale.net + sale.tipAmount);
    ticket.replaceChildren(
      make("ul", { hidden: !lines.length }, ...lines),
      make("p", { class: "empty", hidden: lines.length > 0 }, t("Key in an amount or add items")),
      make(
        "div",
        { class: "tips", role: "group", "aria-label": t("Tip"), hidden: !tips.length },
        make("span", {}, t("Tip"), " ", sale.tip ? this.#show(sale.tipAmount) : ""),
        make("div", {}, ...tips),
      ),
      make("p", { class: "total" }, make("span", {}, t("Total")), make("strong", {}, total)),
      make("p", { class: "problem", role: "alert" }),
      make(
        "button",
        {
          class: "pay",
          part: "button",
          id: "charge",
          disabled: !sale.net,
          click: () => void this.#charge(),
        },
        t("Charge %(amount)s", { amount: total }),
      ),
    );
    if (focused) this.shadowRoot?.getElementById(focused)?.focus();
  }

  /** What the server is asked for: offers, and amounts where they are free. */
  #order() {
    const sale = this.#sale;
    const offer = this.getAttribute("offer") ?? "";
    /** @type {Record<string, unknown>[]} */
    const items = sale.lines.flatMap((line) =>
      line.offer === offer
        ? Array(line.quantity).fill({ offer, amount: this.#text(line.price) })
        : [{ offer: line.offer, quantity: line.quantity }],
    );
    if (sale.keyed) items.push({ offer, amount: this.#text(sale.keyed) });
    if (sale.tipAmount) {
      items.push({ offer: this.getAttribute("tip-offer"), amount: this.#text(sale.tipAmount) });
    }
    return { key: sale.key, items };
  }

  async #charge() {
    const button = /** @type {HTMLButtonElement | null} */ (this.body?.querySelector(".pay"));
    const action = webUrl(this.getAttribute("action"));
    if (!button || button.disabled || !action) return;
    button.disabled = true;
    try {
      const { page, total, detail } = await takeUp(action, this.#order());
      if (!page) throw new Error(detail);
      this.#showCode(page, total);
    } catch (error) {
      // What was refused is another sale once it is changed; what got lost is the same.
      const { name, message } = /** @type {Error} */ (error);
      const told = name === "Error" ? message : "";
      if (told) this.#sale.key = newKey();
      button.disabled = false;
      button.focus();
      const problem = this.body?.querySelector(".problem");
      if (problem) problem.textContent = told || this.t("That did not work. Please try again.");
    }
  }

  /**
   * @param {URL} page
   * @param {string} total
   */
  #showCode(page, total) {
    const { t } = this;
    const words = make("p", { class: "words", role: "status" });
    const next = make(
      "button",
      { class: "pay", hidden: true, click: () => this.#begin() },
      t("New sale"),
    );
    const cancel = make(
      "button",
      {
        class: "quiet",
        click: () => void fetch(`${page.href}/cancel`, { method: "POST" }).catch(() => {}),
      },
      t("Cancel"),
    );
    const code = make(
      "div",
      { class: "code", part: "code", tabindex: -1 },
      make("p", { class: "due" }, this.#money.format(total)),
      make("img", { src: `${page.href}/qr.svg`, alt: t("QR code of the payment page") }),
      make("p", { class: "hint" }, t("Scan to pay")),
      words,
      next,
      cancel,
    );
    this.body?.replaceChildren(code);
    code.focus();
    this.tell("checkout-opened", { url: page.href });
    const progress = new Progress(this);
    this.#stop = watch(page, (status) => {
      const stage = stageOf(status);
      code.className = `code ${stage}`;
      words.textContent = stageWords(stage, t);
      // Once money is seen the sale can't be called off.
      cancel.hidden = stage !== "waiting";
      next.hidden = stage === "waiting";
      if (stage === "paid") next.focus();
      progress.note(status);
    });
  }
}
