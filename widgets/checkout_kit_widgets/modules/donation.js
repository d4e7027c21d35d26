// <checkout-donation currency amounts min max goal raised>: a link to an offer of free
// amount, made pleasant. The server takes no amount outside of the offer's signed bounds.

import { CheckoutDialog, DIALOG, sourceOf } from "./checkout.js";
import { CheckoutElement, make, moneyIn } from "./element.js";

const CSS = `${DIALOG}
:host { display: block; max-inline-size: 26rem; color: var(--text); }
.goal, form, .other { display: grid; gap: .5rem; color: var(--muted); }
.goal { margin-block-end: 1.25rem; }
strong { font-size: 1.375rem; color: var(--text); }
progress {
  appearance: none;
  inline-size: 100%;
  block-size: .625rem;
  border: 0;
  border-radius: 1rem;
  overflow: hidden;
  background: var(--line);
}
::-webkit-progress-bar { background: var(--line); }
::-webkit-progress-value { background: var(--accent); border-radius: 1rem; }
::-moz-progress-bar { background: var(--accent); }
form { gap: 1rem; }
fieldset {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(4.5rem, 1fr));
  gap: .5rem;
  margin: 0;
  padding: 0;
  border: 0;
}
legend { padding: 0 0 .5rem; }
.choice { position: relative; display: grid; color: var(--text); }
.choice input { position: absolute; inset: 0; opacity: 0; cursor: pointer; }
.choice span, .other input {
  padding: .625rem .75rem;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--ground);
  color: var(--text);
}
.choice span { text-align: center; font-weight: 600; }
.choice:hover span { background: var(--soft); }
.choice :checked + span {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent);
}
.choice :focus-visible + span { outline: 3px solid var(--accent-text); outline-offset: 2px; }
`;

/** Preset and free amounts, with a bar that shows how near the goal is. */
export class CheckoutDonationElement extends CheckoutElement {
  static css = CSS;
  static observedAttributes = ["amounts", "currency", "goal", "href", "label", "max", "min", "raised"];
  #money = moneyIn("en", null);

  start() {
    const url = sourceOf(this, "href");
    if (!url) return;
    this.#money = moneyIn(this.language, this.getAttribute("currency"), {
      trailingZeroDisplay: "stripIfInteger",
    });
    if (this.hasAttribute("goal")) void this.#showGoal(url);
    this.#showForm(url);
  }

  /** @param {URL} url */
  async #showGoal(url) {
    const { body } = this;
    const { format } = this.#money;
    const box = make("div", { class: "goal", part: "goal" });
    body?.append(box);
    const goal = Number(this.getAttribute("goal"));
    const raised = Number(this.getAttribute("raised") ?? (await collected(url)));
    if (!(goal > 0 && raised >= 0)) return;
    const words = this.t("%(raised)s of %(goal)s", { raised: "\n", goal: format(goal) });
    const [before, after] = words.split("\n");
    box.append(
      make("span", {}, before, make("strong", {}, format(raised)), after),
      make("progress", {
        part: "progress",
        max: goal,
        value: Math.min(goal, raised),
        "aria-label": words.replace("\n", format(raised)),
      }),
    );
  }

  /** @param {URL} url */
  #showForm(url) {
    const { t } = this;
    const { digits, format } = this.#money;
    const currency = this.getAttribute("currency");
    const amounts = this.getAttribute("amounts")?.match(/[\d.]+/g) ?? [];
    const step = 10 ** -digits;
    const other = make("input", {
      type: "number",
      part: "input",
      inputmode: "decimal",
      min: this.getAttribute("min") ?? step,
      max: this.getAttribute("max"),
      step,
    });
    const button = make("button", { class: "pay", part: "button", type: "submit" });
    const preset = () =>
      /** @type {HTMLInputElement | null} */ (form.querySelector(":checked"));
    const chosen = () => other.value || preset()?.value || "";
    const update = (/** @type {Event} */ { target }) => {
      const checked = preset();
      if (target === other && checked) checked.checked = false;
      if (target !== other) other.value = "";
      other.required = !preset();
      button.textContent =
        this.getAttribute("label") ||
        (chosen() ? t("Donate %(amount)s", { amount: format(chosen()) }) : t("Donate"));
    };
    const dialog = new CheckoutDialog(this);
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      dialog.open(url, chosen());
    };
    const choices = amounts.map((value, index) =>
      make(
        "label",
        { class: "choice", part: "amount" },
        make("input", { type: "radio", name: "preset", value, checked: !index }),
        make("span", {}, format(value)),
      ),
    );
    const free = choices.length ? t("Other amount") : t("Amount");
    const form = make(
      "form",
      { part: "form", submit, input: update },
      make(
        "fieldset",
        { part: "amounts", hidden: !choices.length },
        make("legend", {}, t("Amount")),
        ...choices,
      ),
      make(
        "label",
        { class: "other" },
        `${free} (${currency})`,
        other,
      ),
      button,
    );
    update(new Event("input"));
    this.body?.append(form);
  }
}

/**
 * @param {URL} url
 * @returns {Promise<unknown>} what the offer's campaign has collected
 */
async function collected({ origin, pathname, search }) {
  try {
    const answer = await fetch(`${origin}${pathname}/campaign${search}`, { credentials: "omit" });
    return (await answer.json()).collected;
  } catch {
    return null;
  }
}
