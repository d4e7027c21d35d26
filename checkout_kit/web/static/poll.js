// Polling: asks for the checkout's version, and tells when it is another one.

/**
 * @typedef {object} PollOptions
 * @property {string} url
 * @property {string} version the version that is shown
 * @property {number} seconds
 * @property {() => Promise<string | null>} onNews gives the version that is shown now
 */

/**
 * Ask every few seconds: more slowly while the page is hidden or the server fails.
 * @param {PollOptions} options
 * @returns {{now: () => void}}
 */
export function startPolling(options) {
  let version = options.version;
  let seconds = options.seconds;
  let failures = 0;
  let timer = 0;
  let asking = false;

  async function ask() {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    try {
      const response = await fetch(options.url, {
        headers: { "If-None-Match": `W/"${version}"`, Accept: "application/json" },
        cache: "no-store",
        credentials: "omit",
      });
      if (response.status === 200) {
        const status = await response.json();
        seconds = Number(status.pollAfter) || seconds;
        if (status.version !== version) version = (await options.onNews()) ?? version;
      } else if (response.status !== 304) {
        throw new Error(`status ${response.status}`);
      }
      failures = 0;
    } catch {
      failures += 1;
    }
    asking = false;
    plan();
  }

  function plan() {
    const calm = document.hidden ? 5 : 1;
    const wait = Math.min(60, seconds * calm * 2 ** Math.min(failures, 5));
    timer = window.setTimeout(ask, wait * 1000);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void ask();
  });
  window.addEventListener("online", () => void ask());
  plan();
  return { now: () => void ask() };
}
