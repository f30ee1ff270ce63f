// Copies what stands in the named elements, as one text. Without this the text is selected by hand.

/** @param {string} id */
function textOf(id) {
  const found = document.getElementById(id);
  if (found instanceof HTMLTextAreaElement || found instanceof HTMLInputElement) return found.value;
  return found?.textContent ?? "";
}

/** @param {string} sentence */
function announce(sentence) {
  document.dispatchEvent(new CustomEvent("interface:announce", { detail: { sentence } }));
}

document.addEventListener("click", async (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-copies]") : null;
  if (!(target instanceof HTMLElement)) return;
  const ids = (target.dataset.copies ?? "").split(" ");
  const text = ids.map(textOf).filter(Boolean).join("\n\n");
  const before = target.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
    target.textContent = "Copied";
    announce("Copied.");
  } catch {
    target.textContent = "Not copied: select the text and copy it";
    announce("It could not be copied. Select the text and copy it.");
  }
  setTimeout(() => {
    target.textContent = before;
  }, 3000);
});
