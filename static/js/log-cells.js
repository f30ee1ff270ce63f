// Editing in the rows of the hazard log. htmx asks for a form into the cell and puts the cell anew
// in its place; here is only what a person expects of it: leaving saves, Escape does not, and focus
// goes back to where it came from. Nothing that is open is closed by opening something else.

/** @type {WeakSet<HTMLFormElement>} forms whose save is on its way */
const sending = new WeakSet();

/** Finds what has the focus once the row is there again; '' for nowhere: a selector. */
let goBackTo = "";

/**
 * @param {EventTarget | null} target
 * @returns {HTMLFormElement | null}
 */
function cellFormOf(target) {
  const form = target instanceof Element ? target.closest("form[data-cell-form]") : null;
  return form instanceof HTMLFormElement ? form : null;
}

/** @param {HTMLFormElement} form */
function isChanged(form) {
  return [...form.elements].some((field) => {
    if (field instanceof HTMLSelectElement) {
      return [...field.options].some((option) => option.selected !== option.defaultSelected);
    }
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return false;
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

/** Where focus belongs when a cell is closed: on what opened it. @param {Element | null} cell */
function focusOpener(cell) {
  const opener = cell?.querySelector(".cell-open") ?? cell?.closest("[data-row]")?.querySelector("a");
  if (opener instanceof HTMLElement) opener.focus();
}

/** @param {HTMLFormElement} form @param {boolean} takesFocus */
function leave(form, takesFocus) {
  const cell = form.closest(".cell");
  form.remove();
  if (takesFocus) focusOpener(cell);
}

/** @param {Element} within */
function focusFirst(within) {
  const wrong = within.querySelector("[aria-invalid=true], .is-invalid");
  const first = wrong ?? within.querySelector(
    "input:not([type=hidden]):not([type=radio]), select, textarea, input[type=radio]:checked",
  );
  if (!(first instanceof HTMLElement)) return;
  first.focus();
  if (first instanceof HTMLInputElement && first.type === "text") first.select();
}

document.addEventListener("focusout", (event) => {
  const form = cellFormOf(event.target);
  if (!form || sending.has(form) || !form.isConnected) return;
  const next = event.relatedTarget;
  if (next instanceof Node && form.contains(next)) return;
  // Without a next element the focus may be in another window: that leaves nothing.
  if (next === null && !document.hasFocus()) return;
  window.setTimeout(() => {
    if (!form.isConnected || sending.has(form) || form.contains(document.activeElement)) return;
    if (isChanged(form)) form.requestSubmit();
    else if (!form.querySelector("[data-problem-summary]")) leave(form, false);
  });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  const drawer = form.closest(".log-drawer");
  const cell = form.closest(".cell");
  if (drawer) {
    const opened = drawer.getAttribute("data-drawer");
    goBackTo = `#${drawer.closest("[data-row]")?.id} ${opened ? `[data-open="${opened}"]` : ".row-title"}`;
  } else if (cell) {
    if (form.matches("[data-cell-form]")) sending.add(form);
    goBackTo = form.contains(document.activeElement) ? `#${cell.id} .cell-open` : "";
  }
}, true);

document.addEventListener("keydown", (event) => {
  const form = cellFormOf(event.target);
  if (form && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    leave(form, true);
  } else if (form && event.key === "Enter" && !event.shiftKey && !(event.target instanceof HTMLButtonElement)) {
    if (event.target instanceof Element && event.target.closest("summary")) return;
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Escape" && event.target instanceof Element) {
    const drawer = event.target.closest(".log-drawer");
    // What was picked or written in it is kept: only an untouched drawer closes by Escape.
    if (drawer && !isTouched(drawer)) closeDrawer(drawer);
  }
});

/** @param {Element} drawer */
function isTouched(drawer) {
  const form = drawer.querySelector("form");
  if (!form || drawer.querySelector("[data-problem-summary]")) return true;
  const ticked = [...form.querySelectorAll("input[type=radio]")].some(
    (radio) => radio instanceof HTMLInputElement && radio.checked !== radio.defaultChecked,
  );
  return ticked || isChanged(form);
}

/** @param {Element} drawer */
function closeDrawer(drawer) {
  const row = drawer.closest("[data-row]");
  const stage = drawer.getAttribute("data-drawer") ?? "";
  drawer.remove();
  const opener = row?.querySelector(`[data-open="${stage}"]`) ?? row?.querySelector("a.row-title");
  if (opener instanceof HTMLElement) opener.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const form = target?.closest("[data-leave]") ? cellFormOf(target) : null;
  if (form) leave(form, true);
});

// The links beside a form's buttons leave it: the row shows what stands. They are caught on their way
// down, before htmx follows them.
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const drawer = target?.closest(".log-drawer .form-buttons a")?.closest(".log-drawer");
  if (!drawer) return;
  event.preventDefault();
  event.stopPropagation();
  closeDrawer(drawer);
}, true);

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { elt, target } = event.detail;
  if (!(elt instanceof HTMLAnchorElement) || !elt.matches(".cell-open")) return;
  const open = target?.querySelector(elt.matches(".chip-open") ? ".log-drawer" : "[data-cell-form]");
  if (!open) return;
  event.preventDefault(); // it is open already and may hold text: lead to it
  focusFirst(open);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const form = cellFormOf(event.detail.elt);
  // Not saved, and still there (no connection, signed out): leaving it tries again.
  if (form) window.setTimeout(() => form.isConnected && sending.delete(form));
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { elt, requestConfig } = event.detail;
  const verb = requestConfig?.verb;
  if (!(elt instanceof Element) || !table()?.contains(elt)) return;
  if (verb === "get") {
    const opened = elt.querySelector("[data-cell-form]") ?? elt.querySelector(".log-drawer");
    if (opened) focusFirst(opened);
    return;
  }
  const drawer = elt.closest(".log-drawer") ?? elt.querySelector(".log-drawer");
  const problem = cellFormOf(elt) ?? elt.querySelector("form[data-cell-form]");
  if (drawer) {
    focusOnChoice(drawer); // both versions; a list of problems takes the focus by itself
  } else if (problem && goBackTo) {
    focusFirst(problem);
  } else if (goBackTo) {
    const opener = document.querySelector(goBackTo);
    if (opener instanceof HTMLElement) opener.focus();
  }
  goBackTo = "";
});

/** @param {Element} drawer */
function focusOnChoice(drawer) {
  const choice = drawer.querySelector(".conflict-field input[type=radio]");
  if (choice instanceof HTMLElement) choice.focus();
}

function table() {
  return document.querySelector("table.log-hazards");
}
