// The command palette: Ctrl K from anywhere in a product. Without this its link leads to a page
// that finds the same. Focus stays in the field; the arrows move through what was found.

/** @returns {HTMLDialogElement | null} */
function palette() {
  const found = document.querySelector("dialog[data-palette]");
  return found instanceof HTMLDialogElement ? found : null;
}

/** @returns {HTMLInputElement | null} */
function field() {
  const found = palette()?.querySelector("input");
  return found instanceof HTMLInputElement ? found : null;
}

/** @returns {HTMLElement[]} */
function places() {
  return [...(palette()?.querySelectorAll("[role=option]") ?? [])].filter(
    (each) => each instanceof HTMLElement,
  );
}

function open() {
  const dialog = palette();
  const input = field();
  if (!dialog || !input || dialog.open) return;
  dialog.showModal();
  input.focus();
  input.select();
  input.dispatchEvent(new CustomEvent("palette:open"));
}

function chosen() {
  return places().find((place) => place.getAttribute("aria-selected") === "true") ?? null;
}

/** @param {HTMLElement | undefined} place */
function choose(place) {
  for (const each of places()) each.setAttribute("aria-selected", String(each === place));
  place?.scrollIntoView({ block: "nearest" });
  const input = field();
  input?.setAttribute("aria-expanded", String(places().length > 0));
  if (place) input?.setAttribute("aria-activedescendant", place.id);
  else input?.removeAttribute("aria-activedescendant");
}

/** @param {number} step */
function move(step) {
  const all = places();
  if (all.length === 0) return;
  const now = chosen();
  const at = now ? all.indexOf(now) : -1;
  choose(all[(at + step + all.length) % all.length]);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey && palette()) {
    event.preventDefault();
    open();
  } else if (target !== null && target === palette()) {
    palette()?.close(); // beside it
  }
});

document.addEventListener("keydown", (event) => {
  const isK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (isK && !event.altKey && !event.shiftKey && palette()) {
    event.preventDefault();
    if (palette()?.open) palette()?.close();
    else open();
    return;
  }
  if (event.target !== field() || event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    chosen()?.click();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!(event.target instanceof Element) || !palette()?.contains(event.target)) return;
  choose(places()[0]);
});
