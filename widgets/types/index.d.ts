/** What becomes of a checkout, as far as a page may know. */
export type Stage =
  | "waiting"
  | "seen"
  | "paid"
  | "part"
  | "expired"
  | "cancelled"
  | "closed";

/** The detail of `checkout-opened`; the till names the page's address. */
export interface OpenedDetail {
  checkoutId?: string;
  url?: string;
}

/** The detail of an end: an id where a framed page tells it, else what the status says. */
export interface EndDetail {
  checkoutId?: string;
  stage?: Stage;
  state?: string;
  isPaid?: boolean;
}

/** The detail of `checkout-changed`. */
export interface ChangedDetail {
  stage: Stage;
  state: string;
  isPaid: boolean;
}

export interface CheckoutEventMap {
  "checkout-opened": CustomEvent<OpenedDetail>;
  "checkout-paid": CustomEvent<EndDetail>;
  "checkout-cancelled": CustomEvent<EndDetail>;
  "checkout-expired": CustomEvent<EndDetail>;
  "checkout-changed": CustomEvent<ChangedDetail>;
  "checkout-closed": CustomEvent<Record<string, never>>;
}

/** Attributes `href`, `label`, `mode`, `theme`. */
export class CheckoutButtonElement extends HTMLElement {
  static readonly observedAttributes: string[];
  /** Open the checkout, as a click does. */
  open(): void;
}

/** Attributes `amounts`, `currency`, `goal`, `href`, `label`, `max`, `min`, `raised`, `theme`. */
export class CheckoutDonationElement extends HTMLElement {
  static readonly observedAttributes: string[];
}

/** Attributes `src`, `theme`. */
export class CheckoutFrameElement extends HTMLElement {
  static readonly observedAttributes: string[];
}

/** Attributes `action`, `currency`, `max`, `offer`, `tip-offer`, `tips`, `theme`. */
export class CheckoutPosElement extends HTMLElement {
  static readonly observedAttributes: string[];
}

/** Attributes `src`, `theme`. */
export class CheckoutStatusElement extends HTMLElement {
  static readonly observedAttributes: string[];
}

declare global {
  interface HTMLElementTagNameMap {
    "checkout-button": CheckoutButtonElement;
    "checkout-donation": CheckoutDonationElement;
    "checkout-frame": CheckoutFrameElement;
    "checkout-pos": CheckoutPosElement;
    "checkout-status": CheckoutStatusElement;
  }
  interface HTMLElementEventMap extends CheckoutEventMap {}
  interface DocumentEventMap extends CheckoutEventMap {}
  interface WindowEventMap extends CheckoutEventMap {}
}
