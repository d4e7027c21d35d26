// Copy buttons: each names the element whose text it copies.

/**
 * Listen for clicks on copy buttons, also on those that come later.
 * @param {string} done what to say after copying
 * @param {(text: string) => void} announce
 */
export function watchCopyButtons(done, announce) {
  document.addEventListener("click", async (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const button = target?.closest("[data-copy]");
    if (!(button instanceof HTMLElement)) return;
    const source = document.getElementById(button.dataset.copy ?? "");
    if (!source) return;
    if (!(await copyText(source))) return;
    button.classList.add("is-copied");
    announce(done);
    setTimeout(() => {
      button.classList.remove("is-copied");
      announce("");
    }, 2000);
  });
}

/**
 * Copy an element's text; where the clipboard is not to be had, select it instead.
 * @param {HTMLElement} source
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
async function copyText(source) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
    return true;
  } catch {
    const selection = getSelection();
    selection?.selectAllChildren(source);
    try {
      return document.execCommand("copy");
    } catch {
      return false;
    }
  }
}
