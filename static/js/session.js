// A session on the keyboard: a square is chosen, one line is written, Enter keeps it and goes on to
// the next square. What is said by others comes into the grid by itself and touches nothing here.

/** @returns {HTMLFormElement | null} */
function captureForm() {
  const form = document.querySelector("form[data-capture]");
  return form instanceof HTMLFormElement ? form : null;
}

/** @param {string} name */
function fieldOf(name) {
  return captureForm()?.elements.namedItem(name) ?? null;
}

/** @returns {HTMLSelectElement[]} step and prompt */
function places() {
  return ["step", "prompt"].map(fieldOf).filter((each) => each instanceof HTMLSelectElement);
}

function textField() {
  const field = fieldOf("text");
  return field instanceof HTMLInputElement ? field : null;
}

/** Shows in the grid where the next line goes, and keeps one way in for the Tab key. */
function showPlace() {
  const [step, prompt] = places();
  for (const link of document.querySelectorAll("a.square-add")) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    const isHere = link.dataset.step === step?.value && link.dataset.prompt === prompt?.value;
    link.closest("td")?.classList.toggle("square-here", isHere);
    link.tabIndex = isHere ? 0 : -1;
  }
  const links = document.querySelectorAll("a.square-add");
  if (links[0] instanceof HTMLAnchorElement && !document.querySelector(".square-here")) {
    links[0].tabIndex = 0;
  }
}

/**
 * Chooses a place; where nothing is typed it is no change that could be lost.
 * @param {HTMLSelectElement} select
 * @param {string} value
 */
function choose(select, value) {
  select.value = value;
  for (const option of select.options) option.defaultSelected = option.selected;
}

/**
 * @param {number} steps
 * @param {number} prompts
 */
function move(steps, prompts) {
  const [step, prompt] = places();
  if (!step || !prompt) return;
  // The first option of each is “none”: the keys walk along the grid only.
  const rows = step.options.length - 1;
  const columns = prompt.options.length - 1;
  if (rows < 1) return;
  let row = Math.max(step.selectedIndex - 1, 0) + steps;
  let column = Math.max(prompt.selectedIndex - 1, 0) + prompts;
  row += Math.floor(column / columns);
  column = (column + columns) % columns;
  row = (row + rows) % rows;
  choose(step, step.options[row + 1].value);
  choose(prompt, prompt.options[column + 1].value);
  showPlace();
}

let stays = false;

document.addEventListener("keydown", (event) => {
  const text = textField();
  if (event.target instanceof Element && event.target.matches("a.square-add")) {
    walkGrid(event);
    return;
  }
  if (!text || event.target !== text || event.altKey || event.ctrlKey || event.metaKey) return;
  const isEmpty = text.value === "";
  if (event.key === "Enter") {
    event.preventDefault();
    stays = event.shiftKey;
    if (text.value.trim()) captureForm()?.requestSubmit();
    else move(0, 1);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1, 0);
  } else if (isEmpty && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    event.preventDefault();
    move(0, event.key === "ArrowRight" ? 1 : -1);
  }
});

/** @param {KeyboardEvent} event */
function walkGrid(event) {
  /** @type {Record<string, [number, number]>} */
  const ways = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const way = ways[event.key];
  if (!way) return;
  event.preventDefault();
  move(way[0], way[1]);
  const here = document.querySelector(".square-here a.square-add");
  if (here instanceof HTMLElement) here.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const cell = target?.closest("table.grid-of-session td");
  if (!cell || target?.closest("a:not(.square-add)")) return;
  const link = cell.querySelector("a.square-add");
  const [step, prompt] = places();
  if (!(link instanceof HTMLAnchorElement) || !step || !prompt) return;
  event.preventDefault();
  choose(step, link.dataset.step ?? "");
  choose(prompt, link.dataset.prompt ?? "");
  showPlace();
  textField()?.focus();
});

document.addEventListener("change", (event) => {
  if (event.target instanceof Element && event.target.closest("form[data-capture]")) showPlace();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { elt, xhr, requestConfig } = event.detail;
  const isCapture = elt instanceof Element && elt.matches("form[data-capture]");
  if (!isCapture || requestConfig?.verb !== "post" || xhr.status !== 200) return;
  if (/<body[^>]*\sdata-page="/.test(xhr.responseText ?? "")) return;
  const text = textField();
  if (!text) return;
  text.value = "";
  text.defaultValue = "";
  document.querySelector("form[data-capture] [data-problem-summary]")?.remove();
  if (!stays) move(0, 1);
  stays = false;
  text.focus();
});

document.addEventListener("htmx:afterSettle", () => showPlace());

showPlace();
if (location.hash === "#capture") textField()?.focus();
