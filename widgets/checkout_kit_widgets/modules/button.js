// <checkout-button href mode label>: a link to a checkout or an offer, above the page.

import { CheckoutDialog, DIALOG, Progress, sourceOf, watch } from "./checkout.js";
import { CheckoutElement, make } from "./element.js";

/** Opens a checkout in a dialog, or in a new tab by mode="tab". */
export class CheckoutButtonElement extends CheckoutElement {
  static css = DIALOG;
  static observedAttributes = ["href", "label", "mode"];
  /** @type {CheckoutDialog | null} */
  #dialog = null;
  #stop = () => {};

  start() {
    this.#dialog = new CheckoutDialog(this);
    const url = sourceOf(this, "href");
    const link = make("a", {
      class: "pay",
      part: "button",
      href: url?.href,
      click: (/** @type {MouseEvent} */ event) => {
        // Whoever asks the browser for a window of their own gets it.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.open();
      },
    });
    const words = this.getAttribute("label") ?? this.querySelector("a")?.textContent;
    link.append(words?.trim() || this.t("Pay now"));
    this.body?.append(link);
  }

  disconnectedCallback() {
    this.#stop();
    super.disconnectedCallback();
  }

  /** Open the checkout, as a click does. */
  open() {
    const url = sourceOf(this, "href");
    if (!url || !this.body) return;
    if (this.getAttribute("mode") !== "tab") {
      this.#dialog?.open(url);
      return;
    }
    open(url, "_blank", "noopener");
    this.tell("checkout-opened", { checkoutId: "" });
    // An offer becomes a checkout only there, whose address nobody here is told.
    if (url.searchParams.has("offer")) return;
    const progress = new Progress(this);
    this.#stop();
    this.#stop = watch(url, (status) => progress.note(status));
  }
}
