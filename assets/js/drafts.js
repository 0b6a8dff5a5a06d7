// What a browser keeps of what its member types: a draft for each form that was opened, under the
// key that the server gave that form. A full or forbidden storage keeps nothing, and stops nobody
// from writing, sending or leaving.

import { viewer } from "./page.js";

const PREFIX = `draft:${viewer}:`;
// The server knows for longer than that which forms it has carried out.
const LONGEST_AGE = 30 * 86_400_000;
const MOST = 50;
// What a form says of its text, not what somebody typed.
const NO_WORDS = /_format$|^language$/;

/** Gives what an act gives, or null where the browser forbids it. */
export function tryTo(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

const place = ({ name, key }) => PREFIX + (key ? `${name}#${key}` : name);

function parse(storageKey) {
  const kept = tryTo(() => JSON.parse(localStorage.getItem(storageKey)));
  if (!kept?.values || !(kept.at > 0)) return null;
  const [name, key = ""] = storageKey.slice(PREFIX.length).split("#");
  return { ...kept, name, key };
}

/**
 * Lists the drafts of this member, newest first: {name, key, at, values, sent}. `values` holds a
 * list for the name of each field; in a draft without key, of an earlier release, one of all fields.
 * `sent` is the mark with which it was last sent, as it is.
 */
export function listDrafts() {
  const keys = tryTo(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) ?? [];
  const drafts = keys.map(parse).filter(Boolean);
  return drafts.sort((one, other) => other.at - one.at);
}

/** Gives the draft of one form, or null. */
export function findDraft(name, key) {
  return parse(place({ name, key }));
}

/** Keeps a draft as it is given: {name, key, at, values, sent}. */
export function keepDraft({ name, key, ...kept }) {
  tryTo(() => localStorage.setItem(place({ name, key }), JSON.stringify(kept)));
}

export function dropDraft(draft) {
  tryTo(() => localStorage.removeItem(place(draft)));
}

/** On a shared computer, the next person must not find what this member was writing. */
export function dropAllDrafts() {
  listDrafts().forEach(dropDraft);
}

/** Lets go of what is older than anybody comes back for, and of more than anybody looks through. */
export function dropOldDrafts() {
  const oldest = Date.now() - LONGEST_AGE;
  listDrafts().forEach((draft, index) => {
    if (draft.at < oldest || index >= MOST) dropDraft(draft);
  });
}

/** Gives the first words of a draft, for its writer to know it by. */
export function firstWords({ values }) {
  const typed = Object.entries(values).filter(([name]) => !NO_WORDS.test(name));
  const texts = typed.flatMap(([, each]) => each).filter((value) => typeof value === "string");
  const bare = texts.map((text) => {
    const { body } = new DOMParser().parseFromString(text.replace(/<\/(p|li|h2|div)>|<br>/g, " $&"), "text/html");
    return body.textContent.replace(/\s+/g, " ").trim();
  });
  const words = bare.find((text) => /\p{L}/u.test(text)) ?? "";
  return words.length > 60 ? `${words.slice(0, 60).trimEnd()}…` : words;
}
