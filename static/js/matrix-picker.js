// The risk matrix as a control. Without this it is a plain group of radio buttons; with it the
// arrow keys follow the grid and two questions propose the severity's column.

/** @type {Record<string, [number, number]>} */
const STEPS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function pickerOf(target) {
  return target instanceof Element ? target.closest("[data-picker]") : null;
}

/**
 * @param {HTMLInputElement} radio
 * @param {[number, number]} step rows and columns
 */
function neighbour(radio, [down, across]) {
  const cell = radio.closest("td");
  const row = cell?.parentElement;
  const rows = row?.parentElement?.children;
  if (!cell || !row || !rows) return null;
  const line = rows[[...rows].indexOf(row) + down];
  return line?.children[cell.cellIndex + across]?.querySelector("input") ?? null;
}

/** @param {HTMLInputElement} radio */
function choose(radio) {
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {HTMLElement} picker */
function showChosen(picker) {
  const chosen = picker.querySelector("input:checked")?.closest("label");
  const words = chosen?.querySelector("[data-words]")?.textContent ?? "";
  const place = picker.querySelector("[data-chosen]");
  if (place) place.textContent = words ? `Chosen: ${words}.` : "";
}

/** @param {HTMLElement} picker */
function propose(picker) {
  const outcome = picker.querySelector("[data-outcome]");
  const patients = picker.querySelector("[data-patients]");
  const said = picker.querySelector("[data-proposal]");
  if (!(outcome instanceof HTMLSelectElement && patients instanceof HTMLSelectElement)) return;
  const option = outcome.selectedOptions[0];
  const severity = (patients.value === "several" ? option?.dataset.several : option?.dataset.one) ?? "";
  let word = "";
  for (const head of picker.querySelectorAll("th[data-severity]")) {
    const proposed = severity !== "" && head.getAttribute("data-severity") === severity;
    head.toggleAttribute("data-proposed", proposed);
    if (proposed) word = head.getAttribute("data-word") ?? "";
  }
  for (const radio of picker.querySelectorAll("td input")) {
    const own = /** @type {HTMLInputElement} */ (radio).value.split(":")[0];
    radio.closest("td")?.toggleAttribute("data-proposed", severity !== "" && own === severity);
  }
  if (said) said.textContent = sentenceFor(outcome.value, word);
}

/**
 * @param {string} outcome
 * @param {string} word
 */
function sentenceFor(outcome, word) {
  if (!outcome) return "";
  if (!word) return "The matrix names no severity for this; choose the column that fits best.";
  return `This is ${word}: choose in that column how likely it is. You may choose another column.`;
}

document.addEventListener("keydown", (event) => {
  const radio = event.target;
  const step = STEPS[event.key];
  if (!step || !(radio instanceof HTMLInputElement) || radio.type !== "radio") return;
  if (!pickerOf(radio) || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const next = neighbour(radio, step);
  if (next) choose(next);
});

document.addEventListener("change", (event) => {
  const picker = pickerOf(event.target);
  if (!picker) return;
  if (event.target instanceof HTMLSelectElement) propose(picker);
  else showChosen(picker);
});

/** @param {ParentNode} within */
function showAllChosen(within) {
  for (const picker of within.querySelectorAll("[data-picker]")) {
    if (picker instanceof HTMLElement) showChosen(picker);
  }
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) showAllChosen(event.target);
});

showAllChosen(document);
