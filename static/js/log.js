// The hazard log by keyboard, and the choice of rows. Everything here is a comfort: each row, cell
// and button is reached with Tab as well, and works without any of this.

const KEYS_OFF = "log-keys-off";

/** @returns {HTMLElement | null} */
function table() {
  return document.querySelector("table.log-hazards");
}

/** @returns {HTMLAnchorElement[]} */
function titles() {
  return [...document.querySelectorAll("[data-row] a.row-title")].filter(
    (each) => each instanceof HTMLAnchorElement,
  );
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target.isContentEditable || target.matches("textarea, select");
}

/** Whether something is open that has keys of its own. @param {EventTarget | null} target */
function isElsewhere(target) {
  if (document.querySelector("dialog[open]")) return true;
  if (!(target instanceof Element)) return false;
  return target.closest("[data-cell-form], .log-drawer, details[open], [data-picker]") !== null;
}

/** @param {Element | null} row */
function rowOf(row) {
  return row?.closest("[data-row]") ?? null;
}

/** @param {number} step */
function move(step) {
  const all = titles();
  const here = rowOf(document.activeElement);
  const at = all.findIndex((title) => rowOf(title) === here);
  const first = step > 0 ? 0 : all.length - 1;
  const next = here === null || at < 0 ? all[first] : all[at + step];
  next?.focus();
}

/** @param {number} place */
function goTo(place) {
  titles().at(place)?.focus();
}

/** Edits the cell that has the focus; otherwise the hazard's name. */
function edit() {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused.matches("[data-open]")) {
    focused.click();
    return;
  }
  const rename = rowOf(focused)?.querySelector('[data-open="name"]');
  if (rename instanceof HTMLElement) rename.click();
}

/** @param {string} selector */
function press(selector) {
  const found = document.querySelector(selector);
  if (found instanceof HTMLElement) found.click();
}

function search() {
  const field = document.querySelector("#log-q");
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}

function choose() {
  const box = rowOf(document.activeElement)?.querySelector("input[name=hazard]");
  if (box instanceof HTMLElement) box.click();
}

function showKeys() {
  const dialog = document.querySelector("#log-keys");
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

/** @type {Record<string, () => void>} keys that need no letter */
const PLAIN = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Home: () => goTo(0),
  End: () => goTo(-1),
};

/** @type {Record<string, () => void>} single characters; they can be switched off */
const LETTERS = {
  j: () => move(1),
  k: () => move(-1),
  e: edit,
  x: choose,
  n: () => press("#new-hazard"),
  "/": search,
  "?": showKeys,
};

function lettersAreOff() {
  return localStorage.getItem(KEYS_OFF) === "true";
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!document.querySelector("#log") || isTyping(event.target) || isElsewhere(event.target)) return;
  const inRow = rowOf(document.activeElement) !== null;
  // The arrows scroll the page as everywhere, unless a row has the focus.
  const act = inRow && Object.hasOwn(PLAIN, event.key) ? PLAIN[event.key] : undefined;
  const letter = Object.hasOwn(LETTERS, event.key) && !lettersAreOff() ? LETTERS[event.key] : undefined;
  const doIt = act ?? letter;
  if (!doIt) return;
  event.preventDefault();
  doIt();
});

// ---- the choice of rows

/** @returns {HTMLInputElement[]} */
function boxes() {
  return [...document.querySelectorAll("[data-row] input[name=hazard]")].filter(
    (each) => each instanceof HTMLInputElement,
  );
}

function showChoice() {
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  const bar = document.querySelector("[data-chosen]");
  bar?.toggleAttribute("data-some", chosen > 0);
  const words = bar?.querySelector("[data-chosen-words]");
  const said = chosen === 1 ? "1 hazard chosen" : `${chosen} hazards chosen`;
  if (words && words.textContent !== said) words.textContent = chosen > 0 ? said : "";
  uncover();
  const every = document.querySelector("[data-choose-all]");
  if (!(every instanceof HTMLInputElement)) return;
  every.checked = chosen > 0 && chosen === all.length;
  every.indeterminate = chosen > 0 && chosen < all.length;
}

/** @param {boolean} wanted */
function chooseAll(wanted) {
  for (const box of boxes()) box.checked = wanted;
  showChoice();
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if (box.matches("[data-choose-all]")) chooseAll(box.checked);
  else if (box.name === "hazard") showChoice();
  else if (box.matches("[data-keys-switch]")) localStorage.setItem(KEYS_OFF, String(!box.checked));
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-choose-none]")) {
    chooseAll(false);
    goTo(0);
  } else if (target?.closest("[data-show-keys]")) {
    showKeys();
  }
});

/** The bar of the choice floats above the rows: what has the focus is moved out from beneath it. */
function uncover() {
  const bar = document.querySelector("[data-chosen][data-some]");
  const focused = document.activeElement;
  if (!bar || !focused || bar.contains(focused) || !table()?.contains(focused)) return;
  const covered = focused.getBoundingClientRect().bottom + 8 - bar.getBoundingClientRect().top;
  if (covered > 0) window.scrollBy({ top: covered, behavior: "instant" });
}

document.addEventListener("focusin", uncover);
document.addEventListener("htmx:afterSettle", showChoice);

// What has the focus may be gone from a list that was searched or filtered meanwhile: the search
// field is what stands before all of it.
let listHadFocus = false;
document.addEventListener("htmx:beforeSwap", () => {
  listHadFocus = document.activeElement?.closest("#log") != null;
});
document.addEventListener("htmx:afterSettle", () => {
  const field = document.querySelector("#log-q");
  const isLost = document.activeElement === null || document.activeElement === document.body;
  if (listHadFocus && isLost && field instanceof HTMLElement) field.focus();
  listHadFocus = false;
});
window.addEventListener("pageshow", showChoice);

const keysSwitch = document.querySelector("[data-keys-switch]");
if (keysSwitch instanceof HTMLInputElement) keysSwitch.checked = !lettersAreOff();
