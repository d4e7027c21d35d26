// The classes; whoever imports them defines what they want.

export { CheckoutButtonElement } from "./button.js";
export { CheckoutDonationElement } from "./donation.js";
export { CheckoutFrameElement } from "./frame.js";
export { CheckoutPosElement } from "./pos.js";
export { CheckoutStatusElement } from "./status.js";
