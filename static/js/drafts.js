// Text that is not saved yet: a warning before leaving, and a copy in this browser tab while a form
// is on its way, offered again when the session had ended. Nothing is kept for passwords, for
// another person, or after signing out.

const PREFIX = "draft:";
const KEPT_FOR = 12 * 60 * 60 * 1000; // milliseconds
const SAVES_BY_HTMX = "[hx-post], [hx-put], [hx-patch]";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */
/** @typedef {{person: string, at: number, interrupted: boolean, values: [string, string][]}} Draft */

/** @type {WeakSet<Element>} */
const leaving = new WeakSet();
/** @type {WeakMap<XMLHttpRequest, Map<Field, string>>} */
const sent = new WeakMap();

/**
 * @param {unknown} element
 * @returns {element is Field}
 */
function isField(element) {
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  if (!(element instanceof HTMLInputElement)) return false;
  return !["hidden", "submit", "button", "reset", "image", "file", "password"].includes(element.type);
}

/** @param {Element} holder */
function fieldsOf(holder) {
  const all = holder instanceof HTMLFormElement ? [...holder.elements] : [holder];
  return /** @type {Field[]} */ (all.filter((each) => isField(each) && each.name));
}

/**
 * Forms that save what somebody writes, and fields that save themselves.
 * @returns {Element[]}
 */
function guarded() {
  const forms = [...document.forms].filter(
    (form) =>
      (form.method === "post" || form.matches(SAVES_BY_HTMX)) &&
      form.dataset.guard !== "off" &&
      !form.querySelector("input[type=password]") &&
      fieldsOf(form).length > 0,
  );
  const alone = [...document.querySelectorAll("input, textarea, select")].filter(
    (field) => isField(field) && !field.form && field.closest(SAVES_BY_HTMX),
  );
  return [...forms, ...alone];
}

/** @param {Field} field */
function isTick(field) {
  return field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
}

/** @param {Field} field */
function valueOf(field) {
  if (isTick(field)) return String(/** @type {HTMLInputElement} */ (field).checked);
  if (field instanceof HTMLSelectElement) {
    return [...field.selectedOptions].map((option) => option.value).join("\n");
  }
  return field.value;
}

/** @param {Field} field */
function savedValueOf(field) {
  if (isTick(field)) return String(/** @type {HTMLInputElement} */ (field).defaultChecked);
  if (field instanceof HTMLSelectElement) {
    const chosen = [...field.options].filter((option) => option.defaultSelected);
    const first = field.multiple ? [] : [...field.options].slice(0, 1);
    return (chosen.length > 0 ? chosen : first).map((option) => option.value).join("\n");
  }
  return field.defaultValue;
}

/**
 * From now on this is what is saved.
 * @param {Field} field
 * @param {string} value
 */
function takeAsSaved(field, value) {
  if (field instanceof HTMLSelectElement) {
    const chosen = value.split("\n");
    for (const option of field.options) option.defaultSelected = chosen.includes(option.value);
  } else if (field instanceof HTMLInputElement && isTick(field)) {
    field.defaultChecked = value === "true";
  } else {
    field.defaultValue = value;
  }
}

/** @param {Element} holder */
function isDirty(holder) {
  if (leaving.has(holder)) return false;
  if (holder instanceof HTMLFormElement && holder.dataset.refused === "true") return true;
  return fieldsOf(holder).some((field) => valueOf(field) !== savedValueOf(field));
}

window.addEventListener("beforeunload", (event) => {
  if (guarded().some(isDirty)) event.preventDefault();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { elt, xhr } = event.detail;
  const holder = elt.closest("form") ?? elt;
  sent.set(xhr, new Map(fieldsOf(holder).map((field) => [field, valueOf(field)])));
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { xhr, requestConfig } = event.detail;
  const isSignIn = /<body[^>]*\sdata-page="/.test(xhr.responseText ?? "");
  if (requestConfig?.verb === "get" || xhr.status < 200 || xhr.status >= 400 || isSignIn) return;
  for (const [field, value] of sent.get(xhr) ?? []) takeAsSaved(field, value);
});

// ---- drafts of forms that leave the page

/**
 * Two forms of a page may post to one address: their first field tells them apart.
 * @param {HTMLFormElement} form
 */
function keyOf(form) {
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  return `${PREFIX}${address.pathname}|${fieldsOf(form)[0]?.name ?? ""}`;
}

/** @returns {[string, Draft][]} */
function allDrafts() {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => [key, JSON.parse(sessionStorage.getItem(key) ?? "{}")]);
}

/** @param {HTMLFormElement} form */
function keepDraft(form) {
  /** @type {[string, string][]} */
  const values = fieldsOf(form).map((field) => [
    field.name,
    isTick(field) ? `${valueOf(field)}:${field.value}` : valueOf(field),
  ]);
  const person = document.body.dataset.person ?? "";
  const draft = JSON.stringify({ person, at: Date.now(), interrupted: false, values });
  try {
    sessionStorage.setItem(keyOf(form), draft);
  } catch (error) {
    // The text is larger than the browser keeps: the save itself goes on without a copy.
    if (!(error instanceof DOMException)) throw error;
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Draft} draft
 */
function putBack(form, draft) {
  const left = [...draft.values];
  for (const field of fieldsOf(form)) {
    const kept = left.find(
      ([name, value]) =>
        name === field.name && (!isTick(field) || value.endsWith(`:${field.value}`)),
    );
    if (!kept) continue;
    left.splice(left.indexOf(kept), 1);
    const value = kept[1];
    if (field instanceof HTMLSelectElement) {
      for (const option of field.options) option.selected = value.split("\n").includes(option.value);
    } else if (field instanceof HTMLInputElement && isTick(field)) {
      field.checked = value.startsWith("true:");
    } else {
      field.value = value;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 * @param {Draft} draft
 */
function offer(form, key, draft) {
  const box = document.createElement("div");
  box.className = "notice notice-warning";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  const time = new Date(draft.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  words.textContent = `What you sent at ${time} was not saved. It is kept in this tab: put it back, look it over and save again.`;
  const restore = button("Put it back", "btn btn-primary btn-sm", () => {
    putBack(form, draft);
    fieldsOf(form)[0]?.focus();
  });
  const discard = button("Throw it away", "btn btn-secondary btn-sm", () => undefined);
  for (const each of [restore, discard]) {
    each.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      box.remove();
    });
  }
  const actions = document.createElement("div");
  actions.className = "actions";
  actions.append(restore, discard);
  box.append(words, actions);
  const list = document.createElement("div");
  list.className = "notices";
  list.append(box);
  form.before(list);
}

/**
 * @param {string} label
 * @param {string} style
 * @param {() => void} act
 */
function button(label, style, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = style;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function arrivedAgain() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming && entry.type !== "navigate";
}

/** Decides for each draft, by the page that has just come, whether its text was saved. */
function settleDrafts() {
  const { page, person } = document.body.dataset;
  const forms = /** @type {HTMLFormElement[]} */ (
    guarded().filter((holder) => holder instanceof HTMLFormElement)
  );
  const refused = document.querySelector("[data-problem-summary]") !== null;
  if (refused) for (const form of forms) form.dataset.refused = "true";
  for (const [key, draft] of allDrafts()) {
    const form = forms.find((each) => keyOf(each) === key);
    const tooOld = Date.now() - draft.at > KEPT_FOR;
    const anotherPerson = person !== undefined && person !== draft.person;
    if (tooOld || anotherPerson) {
      sessionStorage.removeItem(key);
    } else if (page) {
      // Sign-in, a refusal or an error came instead of an answer: it was not saved.
      sessionStorage.setItem(key, JSON.stringify({ ...draft, interrupted: true }));
    } else if (form && !refused && (draft.interrupted || arrivedAgain())) {
      offer(form, key, draft);
    } else if (!draft.interrupted || refused) {
      sessionStorage.removeItem(key); // saved, or shown again with what must be put right
    }
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (form.matches("[data-sign-out]")) {
    for (const [key] of allDrafts()) sessionStorage.removeItem(key);
  } else if (!event.defaultPrevented && guarded().includes(form)) {
    leaving.add(form);
    keepDraft(form);
  }
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) leaving.delete(form);
});

settleDrafts();
