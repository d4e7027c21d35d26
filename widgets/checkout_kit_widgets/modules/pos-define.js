// Defines <checkout-pos>.

import { define } from "./element.js";
import { CheckoutPosElement } from "./pos.js";

define("checkout-pos", CheckoutPosElement);
