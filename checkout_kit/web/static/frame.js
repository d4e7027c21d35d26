// Frames: tells a page that shows ours in a frame what becomes of the checkout. It is
// told the checkout's id and nothing else of it: docs/embedding.md has the messages.

/** @typedef {{checkout: string, state: string}} Shown */

/**
 * Answer the embedding page, if it is one of the allowed origins and says hello.
 * @param {string[]} origins the origins of CHECKOUT_KIT_FRAME_ANCESTORS
 * @param {() => Shown} look what is shown at this moment
 * @returns {{tell: () => void}} call ``tell`` whenever something else is shown
 */
export function answerFrame(origins, look) {
  const allowed = origins.map((origin) => (origin === "'self'" ? location.origin : origin));
  /** The origin that said hello; nobody else is ever sent a thing. */
  let listener = "";
  let told = "";
  let height = 0;

  /** @param {string} type @param {object} [more] */
  function post(type, more) {
    if (listener) {
      parent.postMessage({ type, checkoutId: look().checkout, ...more }, listener);
    }
  }

  function tell() {
    const { state } = look();
    if (!listener || state === told) return;
    told = state;
    if (state) post(`checkout-${state}`);
  }

  function measure() {
    const now = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (!listener || now === height) return;
    height = now;
    post("checkout-resized", { height });
  }

  window.addEventListener("message", (event) => {
    if (event.source !== parent || !allowed.includes(event.origin)) return;
    if (event.data?.type !== "checkout-hello") return;
    listener = event.origin;
    told = "";
    height = 0;
    // As high as its content, not as its frame: else it could never shrink.
    document.documentElement.classList.add("is-framed");
    if (look().checkout) post("checkout-opened");
    tell();
    measure();
  });
  // A dialog around the frame can't hear its keys.
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) post("checkout-closed");
  });
  // What leads away from the checkout, leads the buyer away and not the frame.
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a[rel~=noreferrer]") : null;
    if (link) link.setAttribute("target", "_top");
  });
  new ResizeObserver(measure).observe(document.body);
  return { tell };
}
