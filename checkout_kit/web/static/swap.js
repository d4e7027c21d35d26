// Swapping: takes what is new from a freshly fetched page into this one.

const LIVE = ["main", "total", "sums"];

/**
 * Fetch the page anew and replace its live parts; focus and scroll stay where they are,
 * unless another panel begins out of sight.
 * @param {string} url
 * @returns {Promise<string | null>} the new heading, or null if nothing was swapped
 */
export async function swapPage(url) {
  const response = await fetch(url, { cache: "no-store", credentials: "omit" });
  if (!response.ok) return null;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!fresh.getElementById("main")?.dataset.status) return null;

  const focused = document.activeElement?.id ?? "";
  const wasInside = document.getElementById("main")?.contains(document.activeElement);
  const [x, y] = [scrollX, scrollY];
  for (const id of LIVE) {
    const [old, next] = [document.getElementById(id), fresh.getElementById(id)];
    if (old && next) old.replaceWith(document.adoptNode(next));
  }
  document.title = fresh.title;
  const isOtherPanel = document.body.className !== fresh.body.className;
  document.body.className = fresh.body.className;
  scrollTo(x, y);
  if (wasInside) {
    const same = focused ? document.getElementById(focused) : null;
    (same ?? document.getElementById("heading"))?.focus({ preventScroll: true });
  }
  const heading = document.getElementById("heading");
  // What has just come true must not stay out of sight.
  const top = document.getElementById("main")?.getBoundingClientRect().top ?? 0;
  if (isOtherPanel && top < 0) document.getElementById("main")?.scrollIntoView();
  return heading?.textContent ?? "";
}
