// Keeps what is typed in a form marked data-keep, in this browser and for this member, until the
// server has taken it. What was typed is never lost: not by a closed tab, not by a failed sending.

import { say, viewer } from "./page.js";
import { dayAndHour } from "./times.js";

const PREFIX = "draft:";
const SENT = "draft-sent";
const RHYTHM = 400;
// Pages that give back what was sent to them without having taken it.
const GIVEN_BACK = "form[data-has-errors], .error-page, .preview";
const watched = new WeakSet();

const keyOf = (form) => `${PREFIX}${viewer}:${form.dataset.keep}`;

function kept(form) {
  const others = ["hidden", "password", "file", "submit", "button"];
  return [...form.elements].filter(
    (field) => field.name && (field.dataset.territories || !others.includes(field.type)),
  );
}

function read(form) {
  return kept(form).map((field) =>
    ["checkbox", "radio"].includes(field.type) ? field.checked : field.value,
  );
}

function write(form, values) {
  kept(form).forEach((field, index) => {
    if (["checkbox", "radio"].includes(field.type)) field.checked = values[index] === true;
    else field.value = values[index] ?? "";
    field.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  });
}

function store(form, first) {
  const values = read(form);
  try {
    if (JSON.stringify(values) === first) localStorage.removeItem(keyOf(form));
    else localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
  } catch {
    // A full or forbidden storage must not stop anyone from writing.
  }
}

function stored(form) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return null;
  }
}

function button(label, className, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: `button ${className}`, textContent: label });
  made.addEventListener("click", act);
  return made;
}

/** Goes to the first field that shows: the editor stands for a text area that does not. */
function begin(form) {
  const fields = [...form.querySelectorAll("input, select, textarea, trix-editor")];
  fields.find((field) => !field.disabled && field.getClientRects().length)?.focus();
}

function offer(form, draft) {
  const box = document.createElement("div");
  box.className = "draft-offer";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = say("draftFound", { time: dayAndHour(new Date(draft.at)) });
  const take = button(say("draftTake"), "button-second", () => {
    write(form, draft.values);
    box.replaceChildren(say("draftBack"));
    begin(form);
  });
  const drop = button(say("draftDrop"), "button-quiet", () => {
    localStorage.removeItem(keyOf(form));
    box.remove();
    begin(form);
  });
  box.append(words, take, drop);
  form.prepend(box);
}

/** Forgets the draft that the page before has sent, where this page is the answer to it. */
function forgetSent() {
  const sent = JSON.parse(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
  if (!sent || performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  const from = document.referrer && new URL(document.referrer).pathname;
  if (from === sent.path && !document.querySelector(GIVEN_BACK)) localStorage.removeItem(sent.key);
}

function keep(form) {
  if (watched.has(form)) return;
  watched.add(form);
  const isGivenBack = form.dataset.hasErrors !== undefined || document.querySelector(".preview");
  const first = isGivenBack ? null : JSON.stringify(read(form));
  const draft = stored(form);
  if (draft && !isGivenBack && JSON.stringify(draft.values) !== first) offer(form, draft);
  let timer;
  for (const kind of ["input", "change", "trix-change"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(() => store(form, first), RHYTHM);
    });
  }
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    store(form, first);
    const sent = { key: keyOf(form), path: location.pathname };
    sessionStorage.setItem(SENT, JSON.stringify(sent));
  });
}

forgetSent();
const keepAll = (root) => root.querySelectorAll("form[data-keep]").forEach(keep);
keepAll(document);
// A comment that comes in later brings the form of its answers, and a thread those of its answers too.
document.addEventListener("content:added", ({ detail }) => keepAll(detail));

// On a shared computer, whoever comes next must not find what this member was writing.
document.querySelector("form[data-logout]")?.addEventListener("submit", () => {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${PREFIX}${viewer}:`)) localStorage.removeItem(key);
  }
});
