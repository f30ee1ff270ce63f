// Raise a concern: Alt C from any page of a product, or its link in the header. Without this the
// link leads to a page with the same box.

/** @returns {HTMLDialogElement | null} */
function box() {
  const found = document.querySelector("dialog[data-concern]");
  return found instanceof HTMLDialogElement ? found : null;
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}

function open() {
  const dialog = box();
  if (!dialog || dialog.open) return;
  const about = dialog.querySelector("input[name=about]");
  const heading = document.querySelector("main h1")?.textContent;
  if (about instanceof HTMLInputElement && heading) about.value = heading.replace(/\s+/g, " ").trim();
  dialog.showModal();
  dialog.querySelector("textarea")?.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-concern-open]") && !event.ctrlKey && !event.metaKey && box()) {
    event.preventDefault();
    open();
  } else if (target?.closest("[data-concern-close]")) {
    box()?.close();
  }
});

document.addEventListener("keydown", (event) => {
  // By the key's place: on some keyboards Alt and C together write another letter.
  const isAltC = event.code === "KeyC" && event.altKey && !event.ctrlKey && !event.metaKey;
  if (!isAltC || event.shiftKey || isWriting(event.target) || !box()) return;
  event.preventDefault();
  open();
});
