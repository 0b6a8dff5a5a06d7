// Keeps what is typed in a form marked data-keep, in this browser and for this member, until the
// server has taken it. A typed text is never lost: not by a closed tab, not by a failed sending.
//
// Each form that was opened has its own draft, under the key that the server gave it (form_key). The
// server lists the forms that it has carried out, and their drafts go, whatever became of its answer.

import { given, isSame, named, read, write } from "./draft-fields.js";
import { begin, offer } from "./draft-offer.js";
import { dropDraft, dropOldDrafts, findDraft, keepDraft, listDrafts, tryTo } from "./drafts.js";
import { dropGone } from "./draft-sync.js";
import { hasLeft } from "./logging-out.js";
import { say, viewer } from "./page.js";

const RHYTHM = 400;
const MOST_ASKED = 50;
const PATIENCE = 10_000;
const watched = new WeakSet();

const keyField = (form) => form.elements.form_key;
const keyOf = (form) => keyField(form)?.value ?? "";
const nameOf = (form) => form.dataset.keep;
// What was typed is what the server wrote there, which has not saved it.
const isGivenBack = (form) => form.dataset.givenBack !== undefined;

/** A page that is loaded again, or gone back to, opens its form under the key of before. */
function rememberKey(form) {
  const forms = { ...history.state?.forms, [nameOf(form)]: keyOf(form) };
  history.replaceState({ ...history.state, forms }, "");
}

/** The key of a sent form is stored in the history entry, for a page that is gone back to. */
function rememberSent(form) {
  const sent = { viewer, key: keyOf(form), values: read(form) };
  const all = { ...history.state?.sent, [nameOf(form)]: sent };
  // It may be more than a browser takes there.
  tryTo(() => history.replaceState({ ...history.state, sent: all }, ""));
}

/** Gives the values that were sent from here under the key of the form, or null. */
function sentFromHere(form) {
  const sent = history.state?.sent?.[nameOf(form)];
  return sent?.viewer === viewer && sent.key === keyOf(form) ? sent.values : null;
}

/** A browser gives back what was typed in a page, not what a preview had written into it. */
function showSent(form) {
  const values = sentFromHere(form);
  if (values && !isSame(values, read(form))) write(form, values);
}

/** A tab locks the key that it writes under: the draft of one tab is not offered to another. */
const held = new Map();
// To let go takes a moment, in which the browser still lists it.
const everHeld = new Set();

function hold(form) {
  const key = keyOf(form);
  if (!navigator.locks || held.get(form)?.key === key) return;
  held.get(form)?.release();
  let release;
  const done = new Promise((resolve) => (release = resolve));
  held.set(form, { key, release });
  everHeld.add(`draft ${key}`);
  navigator.locks.request(`draft ${key}`, { mode: "shared" }, () => done).catch(() => {});
}

async function heldElsewhere() {
  const all = await navigator.locks?.query().catch(() => null);
  return new Set((all?.held ?? []).map(({ name }) => name).filter((name) => !everHeld.has(name)));
}

function store(form) {
  if (hasLeft()) return;
  const draft = { name: nameOf(form), key: keyOf(form), at: Date.now(), values: read(form) };
  if (isSame(draft.values, given(form)) && !isGivenBack(form)) return dropDraft(draft);
  const before = findDraft(draft.name, draft.key);
  draft.server = before?.server;
  draft.writer = before?.writer ?? form.dataset.writer;
  // The draft of what was sent went because the server has it: to go back types nothing.
  const sent = sentFromHere(form);
  if (!before && sent && isSame(sent, draft.values)) return;
  if (before && isSame(before.values, draft.values)) {
    draft.at = before.at;
    draft.sent = before.sent;
    draft.isSaved = before.isSaved;
  }
  keepDraft(draft);
  hold(form);
  rememberKey(form);
}

/** Names what is sent, for the server to say which texts it has. */
function mark(form) {
  const draft = findDraft(nameOf(form), keyOf(form));
  if (!draft) return;
  draft.sent ??= crypto.getRandomValues(new Uint32Array(3)).join("-");
  keepDraft(draft);
  const field = form.elements.form_mark ?? document.createElement("input");
  Object.assign(field, { type: "hidden", name: "form_mark", value: draft.sent });
  form.append(field);
}

/** Drops the drafts that the server has. */
async function dropTaken() {
  const sent = listDrafts().filter((draft) => draft.sent && draft.key).slice(0, MOST_ASKED);
  if (!sent.length) return;
  const asked = new URLSearchParams(sent.map(({ key }) => ["key", key]));
  const answer = await fetch(`${say("formsReceived")}?${asked}`, {
    redirect: "error",
    signal: AbortSignal.timeout?.(PATIENCE),
  }).catch(() => null);
  const marks = answer?.ok ? await answer.json().catch(() => ({})) : {};
  for (const draft of sent) {
    // It may have been changed in another tab since.
    const now = findDraft(draft.name, draft.key);
    if (marks[draft.key] && marks[draft.key] === now?.sent) dropDraft(draft);
  }
}

/** Lists what may be taken up in a form, and is not what it shows. */
async function findOthers(form) {
  const elsewhere = await heldElsewhere();
  const own = keyOf(form);
  return listDrafts()
    .filter(({ name, key }) => name === nameOf(form) && !elsewhere.has(`draft ${key}`))
    .map((draft) => (draft.key ? draft : { ...draft, values: named(form, draft.values) }))
    .filter(({ values }) => values && !isSame(values, read(form)))
    .sort((one, other) => (other.key === own) - (one.key === own));
}

/** Goes on under the key of a draft: it may be on its way to the server still. */
function adopt(form, key) {
  if (key && keyField(form)) keyField(form).value = key;
  hold(form);
  rememberKey(form);
}

async function offerOthers(form, said = "") {
  offer(form, await findOthers(form), {
    said,
    take: async (draft) => {
      // A text typed here meanwhile stays a draft of its own.
      store(form);
      write(form, draft.values);
      adopt(form, draft.key);
      store(form);
      form.dispatchEvent(new CustomEvent("draft:taken", { detail: draft }));
      if (!draft.key) dropDraft(draft);
      await offerOthers(form, say("draftBack"));
      begin(form);
    },
    drop: async (draft) => {
      dropDraft(draft);
      await offerOthers(form);
      begin(form);
    },
  });
}

/** A form that comes back under another key, for it was sent before: so does its draft. */
function followKey(form) {
  const before = keyField(form)?.dataset.before;
  const draft = before && findDraft(nameOf(form), before);
  if (!draft) return;
  dropDraft(draft);
  keepDraft({ ...draft, key: keyOf(form), sent: undefined });
}

function keep(form) {
  if (watched.has(form)) return;
  watched.add(form);
  followKey(form);
  const key = history.state?.forms?.[nameOf(form)];
  if (key && !isGivenBack(form)) {
    adopt(form, key);
    showSent(form);
  }
  if (!isGivenBack(form)) taken.then(() => offerOthers(form));
  let timer = null;
  const storeNow = () => {
    clearTimeout(timer);
    timer = null;
    store(form);
  };
  const storeSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(storeNow, RHYTHM);
  };
  for (const kind of ["input", "change", "trix-change"]) form.addEventListener(kind, storeSoon);
  // One may have typed before this script came, and type no more.
  if (!isGivenBack(form) && !isSame(read(form), given(form))) storeSoon();
  form.addEventListener("submit", () => {
    storeNow();
    rememberKey(form);
    rememberSent(form);
    mark(form);
  });
  // A link or another form leads away before the pause in the typing has come.
  window.addEventListener("pagehide", () => timer !== null && storeNow());
  document.addEventListener("drafts:now", () => timer !== null && storeNow());
}

dropOldDrafts();
const taken = Promise.all([dropTaken(), dropGone()]);
const keepAll = (root) => root.querySelectorAll("form[data-keep]").forEach(keep);
keepAll(document);
// A comment that comes in later brings the form of its answers, and a thread those of its answers too.
document.addEventListener("content:added", ({ detail }) => keepAll(detail));
window.addEventListener("pagehide", () => {
  for (const { release } of held.values()) release();
});
// A page that the browser had kept whole: its form may have been sent.
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  dropTaken();
  const forms = [...held.keys()];
  held.clear();
  forms.forEach(hold);
});
