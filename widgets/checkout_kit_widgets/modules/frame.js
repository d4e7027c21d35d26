// <checkout-frame src>: a checkout's page as a part of the page.

import { Pane, sourceOf } from "./checkout.js";
import { CheckoutElement } from "./element.js";

const CSS = `
:host { display: block; }
.pane {
  inline-size: 100%;
  block-size: var(--checkout-frame-height, 44rem);
  border: 1px solid var(--line);
  border-radius: var(--radius);
  overflow: hidden;
}
`;

/** Shows a checkout inline, as high as it is. */
export class CheckoutFrameElement extends CheckoutElement {
  static css = CSS;
  static observedAttributes = ["src"];

  start() {
    const source = sourceOf(this, "src");
    if (!source) return;
    const height = new CSSStyleSheet();
    const pane = new Pane(this, (message) => {
      if (message.type === "checkout-resized" && Number(message.height) > 0) {
        const pixels = Math.min(5000, Math.ceil(Number(message.height)));
        height.replaceSync(`:host { --checkout-frame-height: ${pixels}px; }`);
      }
    });
    const root = this.shadowRoot;
    if (root) root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 2), height];
    this.body?.append(pane.box);
    void pane.open(source);
  }
}
