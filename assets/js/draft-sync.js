// Saves the form of a post in the account of its writer while they write: once they rest, and when
// the page is hidden or left. What cannot be sent stays in this browser, and follows later.
//
// A save names the version that it started from. Where another device has saved meanwhile, the server
// keeps both texts, and this form goes on with the copy that it is given.

import { given, isSame, read } from "./draft-fields.js";
import { dropDraft, findDraft, keepDraft, listDrafts } from "./drafts.js";
import { hasLeft } from "./logging-out.js";
import { showNote } from "./notes.js";
import { say } from "./page.js";
import { hour } from "./times.js";

const REST = 2_000;
const PAUSE = 15_000;
const PATIENCE = 20_000;
// Bytes of a body that a browser still sends when its page is gone.
const MOST_WHEN_LEAVING = 60_000;
const OF_POSTS = /^(new|post)-/;
const NOT_TYPED = ["csrf_token", "form_key", "form_mark", "draft", "draft_version", "draft_of"];
const watched = new WeakMap();

const random = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
const keyOf = (form) => form.elements.form_key.value;

/** Returns whether the form holds other text than the server wrote into it. */
const isTouched = (form) => !isSame(read(form), given(form));

/** What is typed, as one word to compare with. */
function wordsOf(form) {
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_TYPED.includes(name));
  return new URLSearchParams(typed).toString();
}

async function post(address, body, leaving = false) {
  return fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "manual",
    keepalive: leaving && body.toString().length < MOST_WHEN_LEAVING,
    signal: leaving ? undefined : AbortSignal.timeout?.(PATIENCE),
  });
}

function show(form, words) {
  const place = form.querySelector("[data-draft-status]");
  if (place && place.textContent !== words) place.textContent = words;
}

/** Stays in sight, far from the end of a long form and after the next save. */
function showTwice(words, link) {
  const place = document.querySelector("[data-draft-twice]");
  place.textContent = words;
  place.parentElement.querySelector("a").href = link;
  showNote("twice");
}

/** Goes on under another key: the browser's own copy follows. */
function moveTo(form, key) {
  const name = form.dataset.keep;
  const local = findDraft(name, keyOf(form));
  form.elements.form_key.value = key;
  if (!local) return;
  dropDraft(local);
  keepDraft({ ...local, key, server: undefined, isSaved: undefined });
}

/** Notes in the browser's own copy that the server has it. */
function noteSaved(form, values, server) {
  const local = findDraft(form.dataset.keep, keyOf(form));
  if (local) keepDraft({ ...local, server, isSaved: isSame(local.values, values) });
}

class Sync {
  constructor(form) {
    this.form = form;
    this.saved = form.elements.draft.value && !isTouched(form) ? wordsOf(form) : null;
    this.timer = null;
    this.isBusy = false;
    this.running = Promise.resolve();
    form.dataset.writer = random();
  }

  /** Returns whether there is something that the server does not have. */
  isDue(words) {
    if (hasLeft() || this.form.dataset.sent || words === this.saved) return false;
    return isTouched(this.form) || this.saved !== null || this.form.dataset.givenBack !== undefined;
  }

  soon(pause = REST) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  /** Saves what is due; what is typed while a save is on its way follows it. */
  save(leaving = false) {
    clearTimeout(this.timer);
    const words = wordsOf(this.form);
    if (this.isDue(words) && (!this.isBusy || leaving)) this.running = this.send(words, leaving);
    return this.running;
  }

  async send(words, leaving) {
    this.isBusy = true;
    const values = read(this.form);
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    body.set("draft_writer", this.form.dataset.writer);
    body.set("draft_turn", Date.now());
    const answer = await post(this.form.dataset.draft, body, leaving).catch(() => null);
    const said = (await answer?.json().catch(() => null)) ?? null;
    this.isBusy = false;
    this.take(answer, said, words, values);
    if (wordsOf(this.form) !== words) this.soon();
  }

  take(answer, said, words, values) {
    if (!answer) return this.fail(say("draftOffline"));
    if (answer.status === 404 && said?.gone) return this.begin();
    if (answer.status === 409 && said) return this.split(said, words, values);
    if (!answer.ok || !said) return this.fail(said?.message ?? say("draftNotSaved"), answer.status !== 422);
    if (said.sent) return;
    this.keep(said, words, values);
    show(this.form, say("draftSaved", { time: hour(new Date(said.at)) }));
  }

  keep(said, words, values) {
    this.saved = words;
    this.form.elements.draft.value = said.id;
    this.form.elements.draft_version.value = said.version;
    noteSaved(this.form, values, { id: said.id, version: said.version });
  }

  /** Another device has saved meanwhile: this text is a draft of its own now. */
  split(said, words, values) {
    moveTo(this.form, said.key);
    this.keep(said, words, values);
    show(this.form, "");
    showTwice(say("draftTwice", { time: hour(new Date(said.at)) }), said.compare);
  }

  /** The draft was published or deleted elsewhere: what is typed from now on is a new one. */
  begin() {
    moveTo(this.form, random());
    this.form.elements.draft.value = this.form.elements.draft_version.value = "";
    this.saved = wordsOf(this.form);
    show(this.form, say("draftGone"));
  }

  fail(words, isTriedAgain = true) {
    show(this.form, words);
    if (isTriedAgain) this.soon(PAUSE);
  }

  /** Goes on with a draft of this browser, from the version that it was saved as. */
  async adopt(draft) {
    this.form.elements.draft.value = draft.server?.id ?? "";
    this.form.elements.draft_version.value = draft.server?.version ?? "";
    if (draft.writer) this.form.dataset.writer = draft.writer;
    this.saved = null;
    if (draft.server && draft.isSaved && (await isNewer(draft))) {
      location.assign(`${this.form.dataset.draft}/${draft.server.id}`);
      return;
    }
    this.soon();
  }
}

async function findVersions(keys) {
  const asked = new URLSearchParams(keys.map((key) => ["key", key]));
  const answer = await fetch(`${say("draftVersions")}?${asked}`, {
    redirect: "error",
    signal: AbortSignal.timeout?.(PATIENCE),
  }).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}

async function isNewer(draft) {
  const versions = await findVersions([draft.key]);
  return (versions?.[draft.key]?.[1] ?? 0) > draft.server.version;
}

/** Drops the copies of what was saved here, and published or deleted on another device. */
export async function dropGone() {
  const saved = listDrafts().filter(({ isSaved, key }) => isSaved && key);
  const versions = saved.length ? await findVersions(saved.map(({ key }) => key)) : null;
  if (!versions) return;
  for (const draft of saved) {
    if (!versions[draft.key] && findDraft(draft.name, draft.key)?.isSaved) dropDraft(draft);
  }
}

/** Says of a draft of this browser whether the account can have it. */
export const isOfPost = ({ name, key }) => Boolean(key) && OF_POSTS.test(name);

/** Sends what this browser alone has of posts; gives how many the account has got. */
export async function sendAll(token, address = say("draftsAddress")) {
  const held = await navigator.locks?.query().catch(() => null);
  const open = new Set((held?.held ?? []).map(({ name }) => name));
  const alone = listDrafts().filter((draft) => isOfPost(draft) && !draft.isSaved && !draft.sent);
  let sent = 0;
  for (const draft of alone.filter(({ key }) => !open.has(`draft ${key}`))) sent += await sendOne(draft, token, address);
  return sent;
}

async function sendOne(draft, token, address) {
  const pairs = Object.entries(draft.values).flatMap(([name, values]) => values.map((value) => [name, value]));
  const body = new URLSearchParams([
    ...pairs,
    ["csrf_token", token],
    ["form_key", draft.key],
    ["draft_of", draft.name],
    ["draft", draft.server?.id ?? ""],
    ["draft_version", draft.server?.version ?? ""],
    ["draft_writer", draft.writer ?? ""],
    ["draft_turn", draft.at],
    ["draft_files", "keep"],
  ]);
  const answer = await post(address, body).catch(() => null);
  if (!answer || ![200, 409].includes(answer.status)) return 0;
  dropDraft(draft);
  return 1;
}

/** Sends what the open forms have not sent yet. */
export async function sendOpen() {
  const forms = [...document.querySelectorAll("form[data-draft]")];
  for (const sync of forms.map((form) => watched.get(form)).filter(Boolean)) {
    await sync.running;
    await sync.save();
  }
}

function watch(form) {
  if (watched.has(form) || !form.elements.draft) return;
  const sync = new Sync(form);
  watched.set(form, sync);
  for (const kind of ["input", "change", "trix-change"]) form.addEventListener(kind, () => sync.soon());
  form.addEventListener("draft:taken", ({ detail }) => sync.adopt(detail));
  form.addEventListener("submit", () => clearTimeout(sync.timer));
  document.addEventListener("visibilitychange", () => document.hidden && sync.save(true));
  window.addEventListener("pagehide", () => sync.save(true));
  window.addEventListener("online", () => sync.save());
  // One may have typed before this script came, and type no more.
  if (isTouched(form)) sync.soon();
}

document.querySelectorAll("form[data-draft]").forEach(watch);

/** The list of drafts gets what a page without a network has left in this browser. */
async function complete() {
  const token = document.querySelector("form[data-logout] [name=csrf_token]")?.value;
  if (token && (await sendAll(token))) location.reload();
}

if (document.querySelector("[data-all-drafts]")) complete();
