// Defines the elements for a page that embeds a checkout; the till has a page of its own.

import { CheckoutButtonElement } from "./button.js";
import { CheckoutDonationElement } from "./donation.js";
import { define } from "./element.js";
import { CheckoutFrameElement } from "./frame.js";
import { CheckoutStatusElement } from "./status.js";

define("checkout-button", CheckoutButtonElement);
define("checkout-donation", CheckoutDonationElement);
define("checkout-frame", CheckoutFrameElement);
define("checkout-status", CheckoutStatusElement);
