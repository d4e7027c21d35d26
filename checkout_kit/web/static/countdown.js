// The countdown: counts by the server's clock, whatever this device believes.

/**
 * @typedef {object} CountdownOptions
 * @property {string} serverTime the server's time when it made the page
 * @property {Record<string, string>} minutesLeft what to say, by the minutes left
 * @property {(text: string) => void} announce
 * @property {() => void} onEnd
 */

/**
 * Count down in the element marked data-countdown, if there is one.
 * @param {CountdownOptions} options
 * @returns {{restart: () => void}}
 */
export function startCountdown(options) {
  const server = Date.parse(options.serverTime);
  const loaded = performance.now();
  let timer = 0;
  let said = 0;

  function tick() {
    const element = document.querySelector("[data-countdown]");
    const end = Date.parse(element?.getAttribute("datetime") ?? "");
    if (!element || Number.isNaN(end) || Number.isNaN(server)) return;
    const left = Math.ceil((end - server - (performance.now() - loaded)) / 1000);
    const text = formatSeconds(left);
    if (element.textContent !== text) element.textContent = text;
    element.parentElement?.classList.toggle("is-short", left <= 300);
    sayMinutes(left);
    if (left <= 0) {
      options.onEnd();
      return;
    }
    timer = window.setTimeout(tick, 1000);
  }

  /** @param {number} left */
  function sayMinutes(left) {
    const minutes = left / 60;
    const words = options.minutesLeft[String(minutes)];
    if (words && said !== minutes) {
      said = minutes;
      options.announce(words);
    }
  }

  function restart() {
    clearTimeout(timer);
    tick();
  }

  restart();
  return { restart };
}

/**
 * @param {number} seconds
 * @returns {string} such as 59:59, or 1:00:00
 */
export function formatSeconds(seconds) {
  const left = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const hours = Math.floor(left / 3600);
  const clock = `${two(Math.floor((left % 3600) / 60))}:${two(left % 60)}`;
  return hours ? `${hours}:${clock}` : clock;
}
