// Words of the glossary are explained where they appear: on hover, on focus and on tap. Without
// this the page of the glossary says the same.
// Only text inside `main` is looked at, in portions between other work, but no link, form control,
// code or title of the page. A word is marked once in each part of the page; the marked words of a
// part are one stop for Tab, and the arrows go on from there: no fifty words between two buttons.

/** @typedef {{key: string, word: string, forms: string[], meaning: string, whose: string}} Term */
/** @typedef {{pattern: RegExp, byForm: Map<string, Term>}} Words */

const TIP = "glossary-tip";
const LONGEST_PORTION = 8; // milliseconds of work at a stretch
const SKIPPED = [
  "a", "button", "input", "textarea", "select", "option", "label", "legend", "summary", "thead", "dt",
  "code", "pre", "kbd", "samp", "h1", "h2", "h3", "svg", "script", "style", "dialog", "time", "del", "ins",
  "mark", "[contenteditable]", "[aria-hidden=true]", "[role=button]", ".visually-hidden",
  ".small", ".label", ".reference", ".risk", ".status", ".pill", ".facets", ".slot-form", "[data-glossary-off]",
].join(",");
const PARTS = "section, article, aside, form, main";

/** @type {Words | null} */
let words = null;

/**
 * The words as something to look for: the longest first, so that “hazard log” is not “hazard”.
 * @param {Term[]} terms
 * @returns {Words | null}
 */
export function wordsOf(terms) {
  /** @type {Map<string, Term>} */
  const byForm = new Map();
  for (const term of terms) {
    for (const form of [term.word, ...term.forms]) {
      if (!byForm.has(form.toLowerCase())) byForm.set(form.toLowerCase(), term);
    }
  }
  if (byForm.size === 0) return null;
  const forms = [...byForm.keys()].sort((one, other) => other.length - one.length);
  const escaped = forms.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  // Not inside a longer word, nor in one that a hyphen or an apostrophe joins.
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}\\-_’'])(?:${escaped.join("|")})(?![\\p{L}\\p{N}\\-_]|[’']\\p{L})`,
    "giu",
  );
  return { pattern, byForm };
}

/**
 * Mark the words in one text, each once in its part of the page.
 * @param {Text} text
 * @param {Words} looked
 * @param {Map<Element, Set<string>>} seen what each part has already
 */
function markIn(text, looked, seen) {
  const parent = text.parentElement;
  const part = parent?.closest(PARTS);
  if (!parent || !part) return;
  const there = seen.get(part) ?? keysIn(part);
  seen.set(part, there);
  const whole = text.data;
  /** @type {(string | HTMLElement)[]} */
  const pieces = [];
  let end = 0;
  looked.pattern.lastIndex = 0; // where the last look ended is where the next would begin
  for (const found of whole.matchAll(looked.pattern)) {
    const term = looked.byForm.get(found[0].toLowerCase());
    if (!term || there.has(term.key)) continue;
    there.add(term.key);
    pieces.push(whole.slice(end, found.index), marked(found[0], term));
    end = found.index + found[0].length;
  }
  if (pieces.length === 0) return;
  text.replaceWith(...pieces, whole.slice(end));
}

/** @param {Element} part */
function keysIn(part) {
  const keys = new Set();
  for (const term of part.querySelectorAll(".term")) {
    if (term instanceof HTMLElement && term.closest(PARTS) === part) keys.add(term.dataset.term);
  }
  return keys;
}

/**
 * @param {string} text
 * @param {Term} term
 */
function marked(text, term) {
  const mark = document.createElement("span");
  mark.className = "term";
  mark.dataset.term = term.key;
  mark.dataset.word = term.word;
  mark.dataset.meaning = term.meaning;
  mark.dataset.whose = term.whose;
  mark.setAttribute("role", "button");
  mark.setAttribute("aria-expanded", "false");
  mark.tabIndex = -1;
  mark.textContent = text;
  return mark;
}

/**
 * The texts below a node that are looked at.
 * @param {Node} root
 * @param {Words} looked
 * @returns {Text[]}
 */
function textsIn(root, looked) {
  const start = root instanceof Element ? root : root.parentElement;
  if (!start || start.closest(SKIPPED)) return [];
  if (root instanceof Text) return isWorthIt(root, looked) ? [root] : [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode(node) {
      if (node instanceof Element) {
        return node.matches(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
      }
      return node instanceof Text && isWorthIt(node, looked)
        ? NodeFilter.FILTER_ACCEPT
        : NodeFilter.FILTER_SKIP;
    },
  });
  const texts = [];
  while (walker.nextNode()) {
    if (walker.currentNode instanceof Text) texts.push(walker.currentNode);
  }
  return texts;
}

/**
 * @param {Text} text
 * @param {Words} looked
 */
function isWorthIt(text, looked) {
  if (text.length < 3) return false;
  looked.pattern.lastIndex = 0;
  return looked.pattern.test(text.data);
}

/** One stop for Tab in each part: the first word that can be seen. @param {Iterable<Element>} parts */
function giveStops(parts) {
  for (const part of parts) {
    const own = termsOf(part);
    if (own.length === 0 || own.some((term) => term.tabIndex === 0)) continue;
    (own.find(isSeen) ?? own[0]).tabIndex = 0;
  }
}

/** Whether a word is not in what is folded away; asked without a layout. @param {Element} term */
function isSeen(term) {
  return term.closest("details:not([open]), [hidden]") === null;
}

/**
 * The marked words of a part, without those of a part within it.
 * @param {Element} part
 * @returns {HTMLElement[]}
 */
function termsOf(part) {
  /** @type {HTMLElement[]} */
  const found = [];
  for (const term of part.querySelectorAll(".term")) {
    if (term instanceof HTMLElement && term.closest(PARTS) === part) found.push(term);
  }
  return found;
}

/**
 * Mark the words below these nodes, all at once. Answers how many are marked now.
 * @param {Iterable<Node>} roots
 * @param {Words} looked
 */
export function explainIn(roots, looked) {
  /** @type {Map<Element, Set<string>>} */
  const seen = new Map();
  for (const root of roots) {
    for (const text of textsIn(root, looked)) markIn(text, looked, seen);
  }
  giveStops(seen.keys());
  return document.querySelectorAll(".term").length;
}

// --- In portions, whenever something new is on the page ------------------------------------------

/** @type {Set<Node>} */
const waiting = new Set();
let isPlanned = false;

/** @param {Node} node */
function later(node) {
  waiting.add(node);
  if (isPlanned) return;
  isPlanned = true;
  const idle = window.requestIdleCallback ?? ((/** @type {() => void} */ go) => setTimeout(go, 50));
  idle(() => {
    isPlanned = false;
    work();
  });
}

function work() {
  const looked = words;
  const main = document.querySelector("main");
  if (!looked || !main) return;
  /** @type {Map<Element, Set<string>>} */
  const seen = new Map();
  const began = performance.now();
  watcher.disconnect();
  for (const node of [...waiting]) {
    waiting.delete(node);
    if (!node.isConnected) continue;
    for (const text of textsIn(node, looked)) {
      if (performance.now() - began > LONGEST_PORTION) waiting.add(text);
      else markIn(text, looked, seen);
    }
  }
  giveStops(seen.keys());
  watcher.observe(main, { childList: true, subtree: true });
  const [next] = waiting;
  if (next) later(next);
}

const watcher = new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) later(node);
    // What was marked may have gone, and with it the part's stop for Tab.
    const part = change.target instanceof Element ? change.target.closest(PARTS) : null;
    if (part) giveStops([part]);
  }
});

// --- The explanation --------------------------------------------------------------------------------

/** @type {HTMLElement | null} */
let current = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;

function tip() {
  const there = document.getElementById(TIP);
  if (there) return there;
  const made = document.createElement("div");
  made.id = TIP;
  made.className = "glossary-tip";
  made.setAttribute("role", "tooltip");
  made.hidden = true;
  document.body.append(made);
  made.addEventListener("pointerenter", () => clearTimeout(leaving));
  made.addEventListener("pointerleave", hideSoon);
  return made;
}

/**
 * @param {string} kind
 * @param {string} text
 */
function line(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

/** @param {HTMLElement} term */
function show(term) {
  clearTimeout(leaving);
  if (current === term) return;
  hide();
  current = term;
  const box = tip();
  const { word = "", meaning = "", whose = "" } = term.dataset;
  const said = [line("glossary-tip-word", word), line("glossary-tip-meaning", meaning)];
  box.replaceChildren(...said, ...(whose ? [line("small", whose)] : []));
  box.hidden = false;
  term.setAttribute("aria-describedby", TIP);
  term.setAttribute("aria-expanded", "true");
  place(term, box);
}

/**
 * Below the word, or above it where there is no room; never beyond the window.
 * @param {HTMLElement} term
 * @param {HTMLElement} box
 */
function place(term, box) {
  const around = term.getClientRects()[0] ?? term.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(around.left, width - box.offsetWidth - 8));
  const below = around.bottom + 4;
  const fits = below + box.offsetHeight < window.innerHeight;
  const top = fits ? below : Math.max(4, around.top - box.offsetHeight - 4);
  box.style.left = `${left + window.scrollX}px`;
  box.style.top = `${top + window.scrollY}px`;
}

function hide() {
  clearTimeout(leaving);
  current?.removeAttribute("aria-describedby");
  current?.setAttribute("aria-expanded", "false");
  current = null;
  tip().hidden = true;
}

function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    if (current !== document.activeElement) hide();
  }, 250);
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function termAt(target) {
  const found = target instanceof Element ? target.closest(".term") : null;
  return found instanceof HTMLElement ? found : null;
}

function listen() {
  document.addEventListener("pointerover", (event) => {
    const term = termAt(event.target);
    if (term && event.pointerType !== "touch") show(term);
  });
  document.addEventListener("pointerout", (event) => {
    if (termAt(event.target) && event.pointerType !== "touch") hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    const term = termAt(event.target);
    if (term) show(term);
    else if (current) hide();
  });
  document.addEventListener("focusout", (event) => {
    if (termAt(event.target)) hideSoon();
  });
  document.addEventListener("click", (event) => {
    const term = termAt(event.target);
    if (term) show(term);
    else if (current && !tip().contains(/** @type {Node} */ (event.target))) hide();
  });
  // Before anything else that Escape would close.
  document.addEventListener("keydown", onKey, { capture: true });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key === "Escape" && current) {
    event.stopImmediatePropagation();
    event.preventDefault();
    hide();
    return;
  }
  const term = termAt(event.target);
  if (!term || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    event.stopPropagation();
    if (current === term) hide();
    else show(term);
    return;
  }
  const part = term.closest(PARTS);
  const all = part ? termsOf(part).filter(isSeen) : [];
  const at = all.indexOf(term);
  /** @type {Record<string, number>} */
  const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 };
  const next = event.key in places ? all[places[event.key]] : undefined;
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  term.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/**
 * @param {string} address
 * @returns {Promise<Term[]>} none where there is no network, or nobody is signed in any more
 */
async function fetched(address) {
  let answer;
  try {
    answer = await fetch(address, { headers: { Accept: "application/json" } });
  } catch {
    return []; // the page works without explanations, and says by itself that the network is gone
  }
  return answer.ok && !answer.redirected ? (await answer.json()).terms : [];
}

/** @param {string} address */
async function begin(address) {
  words = wordsOf(await fetched(address));
  const main = document.querySelector("main");
  if (!words || !main) return;
  listen();
  later(main);
}

const address = document.body.dataset.glossary;
if (address) void begin(address);
