// Meeting mode on the keyboard: the arrows go to the hazard before and the next one, n and a to the
// note and the action. Keys that somebody types into a field stay there.

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, select, [contenteditable]")) return;
  const places = { ArrowRight: "[data-after]", ArrowLeft: "[data-before]" };
  const fields = { n: "#note_text", a: "#action_text" };
  const way = document.querySelector(places[/** @type {keyof places} */ (event.key)] ?? "unknown");
  const field = document.querySelector(fields[/** @type {keyof fields} */ (event.key)] ?? "unknown");
  if (way instanceof HTMLAnchorElement) {
    event.preventDefault();
    way.click();
  } else if (field instanceof HTMLElement) {
    event.preventDefault();
    field.focus();
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const notes = event.target instanceof Element ? event.target.closest("#meeting-notes") : null;
  if (!notes || notes.querySelector("[data-problem-summary]")) return;
  const heading = notes.querySelector("h2");
  if (!(heading instanceof HTMLElement)) return;
  // The form that was sent is gone: from its heading the arrows lead on to the next hazard.
  heading.tabIndex = -1;
  heading.focus();
});
