// Forms that open in place on the hazard page: focus goes where the work goes, and nothing that is
// open is closed by opening something else.

/** @type {Map<string, string>} slot → the address that was opened in it */
const opened = new Map();

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function slotOf(target) {
  return target instanceof Element ? target.closest(".slot") : null;
}

/** @param {string} address */
function openerOf(address) {
  for (const link of document.querySelectorAll(".openers a[href], .actions a[href]")) {
    if (link.getAttribute("href") === address && link instanceof HTMLElement) return link;
  }
  return null;
}

/** @param {HTMLElement} opener */
function focusOn(opener) {
  const summary = opener.closest("details.menu")?.querySelector("summary");
  (summary ?? opener).focus();
}

/**
 * Back to what opened the form; where that is gone, to the part of the page that it is in.
 * @param {string} slotId
 */
function goBackFrom(slotId) {
  const opener = openerOf(opened.get(slotId) ?? "");
  opened.delete(slotId);
  if (opener) focusOn(opener);
  else document.getElementById("content")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-close-slot]") : null;
  const slot = slotOf(link);
  if (!slot) return;
  event.preventDefault();
  slot.replaceChildren();
  goBackFrom(slot.id);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { elt, target } = event.detail;
  if (!(elt instanceof HTMLAnchorElement) || !target?.classList.contains("slot")) return;
  elt.closest("details.menu")?.removeAttribute("open");
  if (target.querySelector("form")) {
    // A form is open there and may hold text: lead to it instead of replacing it.
    event.preventDefault();
    focusFirst(target);
    return;
  }
  opened.set(target.id, elt.getAttribute("href") ?? "");
});

/** @param {Element} slot */
function focusFirst(slot) {
  const first = slot.querySelector(
    "form input:not([type=hidden]), form select, form textarea, form button",
  );
  if (first instanceof HTMLElement) first.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const slot = slotOf(event.target);
  if (!slot) return;
  if (slot.querySelector("[data-problem-summary]")) return; // focus is on what must be put right
  if (slot.querySelector("form")) focusFirst(slot);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { target, xhr, requestConfig } = event.detail;
  if (requestConfig?.verb !== "post" || xhr.status !== 200) return;
  if (!(target instanceof Element) || !target.classList.contains("slot")) return;
  goBackFrom(target.id);
});
