// The element that all others are: its look, its words, its events. Constructed sheets
// need no inline style, so that a strict content security policy lets them be.

const LANGUAGES = ["ar", "de", "es", "fr", "he", "it", "ja", "nl", "pl", "pt", "zh"];
/** @type {Map<string, Promise<Record<string, string>>>} */
const loaded = new Map();

/** @typedef {(text: string, blanks?: Record<string, unknown>) => string} Translate */

/**
 * @param {Element} element
 * @returns {string} the language that an element is in, such as "de-AT"
 */
export function languageOf(element) {
  const marked = /** @type {HTMLElement | null} */ (element.closest("[lang]"));
  return marked?.lang || document.documentElement.lang || navigator.language || "en";
}

/**
 * Words that can't be loaded stay English.
 * @param {string} language
 * @returns {Promise<Translate>}
 */
export async function wordsOf(language) {
  const code = language.toLowerCase().split("-")[0];
  if (LANGUAGES.includes(code) && !loaded.has(code)) {
    const coming = import(`./words/${code}.js`).then((module) => module.default);
    loaded.set(code, coming.catch(() => ({})));
  }
  const words = (await loaded.get(code)) ?? {};
  return (text, blanks = {}) =>
    (words[text] ?? text).replace(/%\((\w+)\)s/g, (_, name) => String(blanks[name]));
}

/**
 * @param {string} language
 * @param {string | null} currency one that is none is shown as it is
 * @param {object} [options] of Intl.NumberFormat
 * @returns {{digits: number, format: (amount: number | string) => string}}
 */
export function moneyIn(language, currency, options) {
  try {
    const format = new Intl.NumberFormat(language, {
      style: "currency",
      currency: currency ?? "",
      ...options,
    });
    return {
      digits: format.resolvedOptions().maximumFractionDigits ?? 2,
      format: (amount) => format.format(Number(amount)),
    };
  } catch {
    return { digits: 2, format: (amount) => `${amount} ${currency}` };
  }
}

/** @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/**
 * @param {string} css
 * @returns {CSSStyleSheet} one sheet for all elements that have it
 */
export function sheetOf(css) {
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(css, sheet);
  }
  return sheet;
}

// What moves takes the time of what loads: the spinner comes only if a page is slow.
export const COMMON = `
:host {
  display: inline-block;
  font-family: var(--checkout-font, inherit);
  --accent: var(--checkout-accent, #3347d6);
  --on-accent: var(--checkout-on-accent, #fff);
  --accent-text: var(--checkout-accent-text, light-dark(#3347d6, #a3aef5));
  --ground: var(--checkout-ground, light-dark(#fff, #171a22));
  --soft: var(--checkout-soft, light-dark(#f4f5f7, #222734));
  --text: var(--checkout-text, light-dark(#14171f, #eceef3));
  --muted: var(--checkout-muted, light-dark(#565d6d, #a2a9b8));
  --line: var(--checkout-line, light-dark(#d5d9e2, #363d4c));
  --edge: light-dark(#868d9d, #747c8e);
  --good: var(--checkout-good, light-dark(#0a7148, #5fd3a0));
  --warn: var(--checkout-warn, light-dark(#8a4b00, #f2c26b));
  --bad: var(--checkout-bad, light-dark(#b3261e, #ff9b93));
  --radius: var(--checkout-radius, 12px);
}
:host([theme=light]) { color-scheme: light; }
:host([theme=dark]) { color-scheme: dark; }
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
button, input { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; touch-action: manipulation; }
:focus-visible { outline: 3px solid var(--accent-text); outline-offset: 2px; }
.pay {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-block-size: 2.75rem;
  padding: .5rem 1.375rem;
  border: 0;
  border-radius: var(--radius);
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
  line-height: 1.25;
  text-decoration: none;
  text-align: center;
  transition: filter .15s;
}
.pay:hover { filter: brightness(1.08); }
.pay:active { filter: brightness(.94); }
.pay:disabled { opacity: .5; cursor: default; filter: none; }
iframe {
  position: relative;
  display: block;
  inline-size: 100%;
  block-size: 100%;
  border: 0;
  color-scheme: normal;
}
.pane { position: relative; background: var(--ground); }
.pane.is-waiting::before {
  content: "";
  position: absolute;
  inset: 0;
  margin: auto;
  inline-size: 2rem;
  block-size: 2rem;
  border: 3px solid var(--line);
  border-block-start-color: var(--accent-text);
  border-radius: 50%;
  opacity: 0;
  animation: turn 1s linear .5s infinite;
}
@keyframes turn { from { opacity: 1; } to { opacity: 1; rotate: 1turn; } }
@media (prefers-reduced-motion: reduce) {
  *, ::before { animation-duration: 4s !important; transition: none !important; }
}
`;

/**
 * Make an element; a function among the attributes listens to the event of that name.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.setAttribute("type", "button");
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, /** @type {EventListener} */ (value));
    } else if (value || value === 0 || value === "") {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children);
  return element;
}

/**
 * @param {string | null | undefined} address
 * @returns {URL | null} the address if it is one of the web; a script's is not
 */
export function webUrl(address) {
  try {
    const url = new URL(address || "", document.baseURI);
    return address && /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** Until its words are there, an element shows what the page has in it. */
export class CheckoutElement extends HTMLElement {
  static css = "";
  /** @type {Translate} */
  t = (text) => text;
  language = "en";
  /** @type {HTMLElement | null} what is shown, in the shadow */
  body = null;
  /** Ends what runs while the element is in the page. */
  ends = new AbortController();

  async connectedCallback() {
    this.ends = new AbortController();
    const { signal } = this.ends;
    this.language = languageOf(this);
    this.t = await wordsOf(this.language);
    if (signal.aborted) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const { css } = /** @type {typeof CheckoutElement} */ (this.constructor);
    root.adoptedStyleSheets = [sheetOf(COMMON), sheetOf(css)];
    this.body = make("div", {
      class: "body",
      part: "body",
      lang: this.language,
      dir: /^(ar|he)/.test(this.language) ? "rtl" : "ltr",
    });
    root.replaceChildren(this.body);
    this.start();
  }

  disconnectedCallback() {
    this.ends.abort();
    this.body = null;
  }

  attributeChangedCallback() {
    if (this.body) this.change();
  }

  /** Fill the body. */
  start() {}

  /** An attribute is another one. */
  change() {
    // Whoever is paying is not disturbed.
    if (this.shadowRoot?.querySelector("[open]")) return;
    this.body?.replaceChildren();
    this.start();
  }

  /**
   * @param {string} name
   * @param {Record<string, unknown>} [detail]
   */
  tell(name, detail = {}) {
    this.dispatchEvent(
      new CustomEvent(name, { bubbles: true, composed: true, detail }),
    );
  }
}

/**
 * @param {string} tag
 * @param {CustomElementConstructor} type
 */
export function define(tag, type) {
  if (!customElements.get(tag)) customElements.define(tag, type);
}
