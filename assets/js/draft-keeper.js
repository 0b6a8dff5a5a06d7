// Keeps what is typed in a form marked data-keep, in this browser and for this member, until the
// server has taken it. What was typed is never lost: not by a closed tab, not by a failed sending.

import { dropAllDrafts, dropDraft, findDraft, keepDraft, noteSent, takeSent } from "./drafts.js";
import { say } from "./page.js";
import { dayAndHour } from "./times.js";

const RHYTHM = 400;
// Pages that give back what was sent to them without having taken it.
const GIVEN_BACK = "form[data-has-errors], .error-page, .preview";
const watched = new WeakSet();
let hasLeft = false;

/** The fields that have a draft. What the editor brings is none: its text area has the text. */
function kept(form) {
  const others = ["hidden", "password", "file", "submit", "button"];
  return [...form.elements].filter(
    (field) =>
      field.name &&
      (field.dataset.territories || !others.includes(field.type)) &&
      !field.closest("trix-editor, trix-toolbar"),
  );
}

function read(form) {
  return kept(form).map((field) =>
    ["checkbox", "radio"].includes(field.type) ? field.checked : field.value,
  );
}

/** What the server wrote into a field: one may have typed before this script came. */
function given(field) {
  if (field.options) {
    const options = [...field.options];
    return (options.find((option) => option.defaultSelected) ?? options[0])?.value ?? "";
  }
  return ["checkbox", "radio"].includes(field.type) ? field.defaultChecked : field.defaultValue;
}

function write(form, values) {
  kept(form).forEach((field, index) => {
    if (["checkbox", "radio"].includes(field.type)) field.checked = values[index] === true;
    else field.value = values[index] ?? "";
    field.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  });
}

const isGivenBack = (form) =>
  form.dataset.hasErrors !== undefined || document.querySelector(".preview") !== null;

function store(form) {
  if (hasLeft) return;
  const values = read(form);
  const isAsWritten = JSON.stringify(values) === JSON.stringify(kept(form).map(given));
  if (isAsWritten && !isGivenBack(form)) dropDraft(form.dataset.keep);
  else keepDraft(form.dataset.keep, values);
}

/** Finds a draft of other words than the form shows. One of other fields would not fit. */
function findOther(form) {
  const draft = findDraft(form.dataset.keep);
  const shown = read(form);
  const fits = draft?.values.length === shown.length;
  return fits && JSON.stringify(draft.values) !== JSON.stringify(shown) ? draft : null;
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
    dropDraft(form.dataset.keep);
    box.remove();
    begin(form);
  });
  box.append(words, take, drop);
  form.prepend(box);
  const fold = form.closest("details");
  if (fold) fold.open = true;
}

/** Forgets the draft that the page before has sent, where this page is the answer to it. */
function forgetSent() {
  const sent = takeSent();
  if (!sent || performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  const from = document.referrer && new URL(document.referrer).pathname;
  if (from === sent.path && !document.querySelector(GIVEN_BACK)) dropDraft(sent.name);
}

function keep(form) {
  if (watched.has(form)) return;
  watched.add(form);
  const draft = findOther(form);
  if (draft && !isGivenBack(form)) offer(form, draft);
  let timer = null;
  const storeNow = () => {
    clearTimeout(timer);
    timer = null;
    store(form);
  };
  for (const kind of ["input", "change", "trix-change"]) {
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(storeNow, RHYTHM);
    });
  }
  form.addEventListener("submit", () => {
    storeNow();
    noteSent(form.dataset.keep);
  });
  // A link or another form leads away before the pause in the typing has come.
  window.addEventListener("pagehide", () => timer !== null && storeNow());
}

forgetSent();
const keepAll = (root) => root.querySelectorAll("form[data-keep]").forEach(keep);
keepAll(document);
// A comment that comes in later brings the form of its answers, and a thread those of its answers too.
document.addEventListener("content:added", ({ detail }) => keepAll(detail));

// Nor is kept what a pause in the typing would still have kept while the page leaves.
document.querySelector("form[data-logout]")?.addEventListener("submit", () => {
  hasLeft = true;
  dropAllDrafts();
});
