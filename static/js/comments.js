// Comments: names are offered while somebody types @, the list stays as it is while an answer is
// being written in it, and an address with a comment leads to that comment.

const MOST = 6; // names offered at once
const TYPED = /(^|\s)@([^@\n]{0,40})$/u;

/** @param {HTMLTextAreaElement} area */
function namesFor(area) {
  const select = area.closest("[data-mention-field]")?.querySelector("select[multiple]");
  if (!(select instanceof HTMLSelectElement)) return [];
  return [...select.options].map((option) => option.text);
}

/** @param {HTMLTextAreaElement} area */
function closeList(area) {
  area.parentElement?.querySelector(".mention-list")?.remove();
}

/**
 * Puts a name where its beginning was typed.
 * @param {HTMLTextAreaElement} area
 * @param {string} name
 */
function putName(area, name) {
  const end = area.selectionStart;
  const before = area.value.slice(0, end).replace(TYPED, (_, space) => `${space}@${name} `);
  area.value = before + area.value.slice(end);
  closeList(area);
  area.focus();
  area.setSelectionRange(before.length, before.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} sentence */
function announce(sentence) {
  document.dispatchEvent(new CustomEvent("interface:announce", { detail: { sentence } }));
}

/** @param {HTMLTextAreaElement} area */
function offerNames(area) {
  closeList(area);
  const typed = TYPED.exec(area.value.slice(0, area.selectionStart));
  if (!typed) return;
  const wanted = typed[2].toLocaleLowerCase();
  const fitting = namesFor(area)
    .filter((name) => name.toLocaleLowerCase().split(" ").concat(name.toLocaleLowerCase())
      .some((part) => part.startsWith(wanted)))
    .slice(0, MOST);
  if (fitting.length === 0) return;
  const list = document.createElement("div");
  list.className = "mention-list";
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "People to mention");
  for (const name of fitting) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => putName(area, name));
    list.append(button);
  }
  area.after(list);
  announce(`${fitting.length} names: ${fitting.join(", ")}. Press the down arrow to choose.`);
}

document.addEventListener("input", (event) => {
  const area = event.target;
  if (area instanceof HTMLTextAreaElement && "mentions" in area.dataset) offerNames(area);
});

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return;
  const field = target.closest("[data-mention-field]");
  const list = field?.querySelector(".mention-list");
  const area = field?.querySelector("textarea");
  if (!list || !area) return;
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button === target);
  if (event.key === "Escape") {
    closeList(area);
    area.focus();
  } else if (event.key === "ArrowDown") {
    buttons[Math.min(at + 1, buttons.length - 1)].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    if (at === 0) area.focus();
    else buttons[at - 1].focus();
  } else {
    return;
  }
  event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!(event instanceof CustomEvent)) return;
  const { target } = event.detail;
  if (!(target instanceof Element) || target.id !== "comments-list") return;
  // An answer that somebody is writing is never thrown away by a newer list.
  if (target.querySelector(".slot form")) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.target;
  if (!(target instanceof Element) || target.id !== "comments-list") return;
  const wanted = location.hash.startsWith("#comment-") && document.getElementById(location.hash.slice(1));
  if (wanted && target.contains(wanted)) {
    wanted.scrollIntoView({ block: "center" });
    wanted.focus({ preventScroll: true });
  }
});
