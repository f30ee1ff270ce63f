// Small comforts of every page: colours and density, menus, what a screen reader is told.

const ONE_YEAR = 365 * 24 * 60 * 60; // seconds
const root = document.documentElement;

/**
 * Tells screen readers a sentence, politely.
 * @param {string} sentence
 */
function announce(sentence) {
  const region = document.querySelector("[data-announcer]");
  if (!region) return;
  region.textContent = "";
  // The same sentence twice is announced twice only when the region was empty in between.
  window.setTimeout(() => {
    region.textContent = sentence;
  }, 50);
}

/**
 * Remembers a preference for the server, which renders the next page with it.
 * @param {string} name
 * @param {string} value
 */
function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${ONE_YEAR}; SameSite=Lax${secure}`;
}

/** Shows on each switch which of its values is in force. */
function showSwitches() {
  for (const group of document.querySelectorAll("[data-switch]")) {
    const name = group.getAttribute("data-switch") ?? "";
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(root.dataset[name] === button.value));
    }
  }
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const button = target?.closest("[data-switch] button");
  if (button instanceof HTMLButtonElement) {
    const name = button.closest("[data-switch]")?.getAttribute("data-switch") ?? "";
    root.dataset[name] = button.value;
    remember(name, button.value);
    document.dispatchEvent(new CustomEvent("interface:scheme"));
    showSwitches();
  }
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!target || !menu.contains(target)) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target instanceof Element ? event.target.closest("details[data-menu]") : null;
  const next = event.relatedTarget;
  if (menu && next instanceof Node && !menu.contains(next)) menu.removeAttribute("open");
});

// Any part of the page, or the server by an HX-Trigger header, may ask for an announcement:
// {"interface:announce": {"sentence": "Owner changed to L. Marsh."}}
document.addEventListener("interface:announce", (event) => {
  if (event instanceof CustomEvent && event.detail?.sentence) announce(event.detail.sentence);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const swapped = event.target instanceof Element ? event.target : null;
  const spoken = swapped?.closest("[data-announce]") ?? swapped?.querySelector("[data-announce]");
  if (spoken) announce(spoken.getAttribute("data-announce") ?? "");
  focusOnProblems(swapped);
});

/**
 * Leads to the list of what must be put right, where there is one.
 * @param {ParentNode | null} within
 */
function focusOnProblems(within) {
  const summary = within?.querySelector("[data-problem-summary]");
  if (summary instanceof HTMLElement) summary.focus();
}

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  // A page from the back-forward cache has the preferences of the time when it was left.
  for (const name of ["scheme", "density"]) {
    const kept = document.cookie.match(new RegExp(`(?:^|; )${name}=([a-z]+)`));
    if (kept) root.dataset[name] = kept[1];
  }
  document.dispatchEvent(new CustomEvent("interface:scheme"));
  showSwitches();
});

showSwitches();
focusOnProblems(document);
