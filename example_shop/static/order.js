// Reloads an order's page once its state is no longer the one that is shown. Without
// this script the page has a "Refresh" link.

const INTERVAL = 4000;
const status = document.querySelector("[data-state-url]");

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(status.dataset.stateUrl, { cache: "no-store" });
      if (answer.ok && (await answer.json()).state !== status.dataset.state) {
        location.reload();
        return;
      }
    } catch {
      // No network for a moment: ask again later.
    }
  }
  setTimeout(look, INTERVAL);
}

if (status) setTimeout(look, INTERVAL);
