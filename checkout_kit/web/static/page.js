// The page's comforts. Without this script the page is complete; if something in here
// fails, the page stays as the server sent it.

import { watchCopyButtons } from "./copy.js";
import { startCountdown } from "./countdown.js";
import { answerFrame } from "./frame.js";
import { showLocalTimes } from "./localtime.js";
import { startPolling } from "./poll.js";
import { swapPage } from "./swap.js";

document.documentElement.classList.add("has-script");

const main = document.getElementById("main");
const announcer = document.getElementById("announcer");

/**
 * Say something to screen readers.
 * @param {string} text
 */
function announce(text) {
  if (announcer) announcer.textContent = text;
}

/** A button pressed twice asks once; coming back by the history asks anew. */
function watchForms() {
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}

/** What a page that embeds this one may know. */
function shown() {
  const now = document.getElementById("main")?.dataset;
  return { checkout: now?.checkout ?? "", state: now?.told ?? "" };
}

const origins = document.body.dataset.frameOrigins?.split(" ") ?? [];
const frame =
  parent !== window && origins.length ? answerFrame(origins, shown) : { tell() {} };

watchCopyButtons(announcer?.dataset.copied ?? "", announce);
watchForms();
showLocalTimes();

if (main?.dataset.status) {
  const countdown = startCountdown({
    serverTime: main.dataset.serverTime ?? "",
    minutesLeft: JSON.parse(announcer?.dataset.minutesLeft ?? "{}"),
    announce,
    onEnd: () => poller.now(),
  });
  const poller = startPolling({
    url: main.dataset.status,
    version: main.dataset.version ?? "",
    seconds: Number(main.dataset.poll) || 3,
    onNews: async () => {
      const heading = await swapPage(location.href);
      if (heading === null) return null;
      announce(heading);
      countdown.restart();
      showLocalTimes();
      frame.tell();
      return document.getElementById("main")?.dataset.version ?? null;
    },
  });
}
