// <checkout-status src>: how a checkout is getting on, in words, live.

import { Progress, stageOf, stageWords, watch } from "./checkout.js";
import { CheckoutElement, make, webUrl } from "./element.js";

const CSS = `
.body { display: inline-flex; align-items: center; gap: .5rem; color: var(--muted); }
.mark {
  flex: none;
  inline-size: .625rem;
  block-size: .625rem;
  border-radius: 50%;
  background: currentcolor;
}
.seen, .part { color: var(--warn); }
.paid { color: var(--good); font-weight: 600; }
.waiting .mark, .seen .mark { animation: beat 2s ease-in-out infinite; }
@keyframes beat { 50% { opacity: .25; } }
`;

/** The live state of one checkout. */
export class CheckoutStatusElement extends CheckoutElement {
  static css = CSS;
  static observedAttributes = ["src"];
  #stop = () => {};

  start() {
    this.#stop();
    const url = webUrl(this.getAttribute("src") ?? this.querySelector("a")?.href);
    const words = make("span", { part: "words", role: "status" }, this.t("Loading…"));
    this.body?.append(make("span", { class: "mark", part: "mark" }), words);
    if (!url) return;
    const progress = new Progress(this);
    this.#stop = watch(url, (status) => {
      const stage = stageOf(status);
      this.body?.setAttribute("class", `body ${stage}`);
      this.dataset.stage = stage;
      words.textContent = stageWords(stage, this.t);
      progress.note(status);
    });
  }

  disconnectedCallback() {
    this.#stop();
    super.disconnectedCallback();
  }
}
