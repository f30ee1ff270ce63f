// What becomes of a save by htmx: said and shown when it worked, and when it did not, nothing that
// somebody typed is ever lost. The page stays as it is; a notice says what happened and what to do.

const SIGNED_OUT =
  "You were signed out while typing. Your text is still here; sign in in a new tab and save again.";
const SIGNED_OUT_READING = "You were signed out. Sign in in a new tab, then go on here.";
const STALE =
  "This page had been open too long to save from. Your text is still here; save again now.";
const UNREACHABLE =
  "The server could not be reached, so this was not saved. Your text is still here; check the connection and save again.";
const BROKEN =
  "Something went wrong on our side and this was not saved. Your text is still here; save again, and tell an administrator if it happens twice.";

/** @typedef {{xhr: XMLHttpRequest, elt: Element, requestConfig: {verb: string}}} HtmxAnswer */

let signedOut = false;

/**
 * @param {Event} event
 * @returns {HtmxAnswer | null}
 */
function answerOf(event) {
  return event instanceof CustomEvent && event.detail?.xhr ? event.detail : null;
}

/** @param {HtmxAnswer} answer */
function isSave(answer) {
  return answer.requestConfig?.verb !== "get" && !answer.elt.closest("[data-quiet]");
}

/** @param {XMLHttpRequest} xhr */
function pageKind(xhr) {
  return /<body[^>]*\sdata-page="([a-z-]+)"/.exec(xhr.responseText ?? "")?.[1] ?? "";
}

/** @param {XMLHttpRequest} xhr */
function refusalSentence(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText ?? "", "text/html");
  return page.querySelector("[data-refusal]")?.textContent?.trim() ?? "";
}

/**
 * Shows a notice at the top, in place of any before it.
 * @param {string} sentence
 * @param {{tone?: string, signIn?: boolean}} [how]
 */
function notice(sentence, { tone = "warning", signIn = false } = {}) {
  const region = document.querySelector("[data-saving-notices]");
  if (!region || region.querySelector("p")?.textContent === sentence) return;
  const box = document.createElement("div");
  box.className = `notice notice-${tone}`;
  const words = document.createElement("p");
  words.textContent = sentence;
  box.append(words);
  if (signIn) box.append(signInLink());
  box.append(closeButton(region));
  region.replaceChildren(box);
}

function signInLink() {
  const link = document.createElement("a");
  // This page's own address leads to sign-in and, after it, back to this page.
  link.href = location.href;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = "Sign in in a new tab";
  return link;
}

/** @param {Element} region */
function closeButton(region) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = "Close";
  button.addEventListener("click", () => region.replaceChildren());
  return button;
}

/**
 * @param {HtmxAnswer} answer
 * @param {boolean} failed
 */
function markUnsaved(answer, failed) {
  const holder = answer.elt.closest("form") ?? answer.elt;
  holder.toggleAttribute("data-unsaved", failed);
}

/** @param {string} sentence */
function announce(sentence) {
  document.dispatchEvent(new CustomEvent("interface:announce", { detail: { sentence } }));
}

/** @param {HtmxAnswer} answer */
function sayNotSaved(answer) {
  const { xhr } = answer;
  const kind = pageKind(xhr);
  const saving = isSave(answer);
  if (saving) markUnsaved(answer, true);
  if (xhr.status === 401 || kind === "sign-in") {
    signedOut = true;
    notice(saving ? SIGNED_OUT : SIGNED_OUT_READING, { signIn: true });
  } else if (kind === "stale-token") {
    refreshToken().then(() => notice(signedOut ? SIGNED_OUT : STALE, { signIn: signedOut }));
  } else if (xhr.status === 0) {
    notice(UNREACHABLE);
  } else if (kind === "refusal" && (xhr.status < 500 || xhr.status === 503)) {
    notice(`Not saved: ${refusalSentence(xhr)} Your text is still here.`);
  } else {
    notice(BROKEN, { tone: "error" });
  }
}

/** @param {HtmxAnswer} answer */
function saySaved(answer) {
  markUnsaved(answer, false);
  signedOut = false;
  document.querySelector("[data-saving-notices]")?.replaceChildren();
  const now = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const mark = document.querySelector("[data-saved-mark]");
  if (mark) mark.textContent = `Saved ${now}`;
  const spoken = answer.xhr.getResponseHeader("HX-Trigger") ?? "";
  if (!spoken.includes("interface:announce")) announce("Saved.");
}

/**
 * Takes the token of a fresh copy of this page: signing in anew has changed it.
 * Sets `signedOut` by what that copy is.
 */
async function refreshToken() {
  let text;
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    text = await answer.text();
  } catch {
    return; // no connection: the notice stays, and the next visit to this tab asks again
  }
  const { body } = new DOMParser().parseFromString(text, "text/html");
  const headers = body.getAttribute("hx-headers");
  signedOut = body.dataset.page === "sign-in";
  if (signedOut || !headers) return;
  document.body.setAttribute("hx-headers", headers);
  const token = JSON.parse(headers)["X-CSRFToken"];
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    if (field instanceof HTMLInputElement) field.value = token;
  }
  if (body.dataset.person !== document.body.dataset.person) {
    notice("Somebody else is signed in now. What you save here is saved under that name.");
  } else {
    notice("You are signed in again. Your text is still here; save it now.", { tone: "success" });
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = answerOf(event);
  if (!answer || pageKind(answer.xhr) !== "sign-in") return;
  event.preventDefault(); // the sign-in page never takes the place of what somebody is writing
  sayNotSaved(answer);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const answer = answerOf(event);
  if (!answer || pageKind(answer.xhr) === "sign-in") return;
  const { status } = answer.xhr;
  if (status >= 200 && status < 400) {
    if (isSave(answer)) saySaved(answer);
  } else if (status === 409 || status === 422) {
    announce("Not saved yet.");
  } else {
    sayNotSaved(answer);
  }
});

document.addEventListener("visibilitychange", () => {
  if (signedOut && document.visibilityState === "visible") refreshToken();
});
