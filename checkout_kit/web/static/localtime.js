// Times: the server writes UTC; here they are shown in the reader's own time zone.

/** Rewrite every time marked data-local. */
export function showLocalTimes() {
  for (const element of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(element.getAttribute("datetime") ?? "");
    if (Number.isNaN(moment.getTime())) continue;
    element.textContent = moment.toLocaleString(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    });
  }
}
