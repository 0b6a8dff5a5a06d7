// What a browser keeps of what its member types. A full or forbidden storage keeps nothing, and stops
// nobody from writing, sending or leaving.

import { viewer } from "./page.js";

const PREFIX = `draft:${viewer}:`;
const SENT = "draft-sent";

function tryTo(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

/** Keeps the values of a form. */
export function keepDraft(name, values) {
  const draft = JSON.stringify({ at: Date.now(), values });
  tryTo(() => localStorage.setItem(PREFIX + name, draft));
}

/** Gives the draft of a form, with when it was kept, or null. */
export function findDraft(name) {
  return tryTo(() => JSON.parse(localStorage.getItem(PREFIX + name)));
}

export function dropDraft(name) {
  tryTo(() => localStorage.removeItem(PREFIX + name));
}

/** On a shared computer, whoever comes next must not find what this member was writing. */
export function dropAllDrafts() {
  tryTo(() => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys) localStorage.removeItem(key);
  });
}

/** Tells the next page which draft this one sends, and from where. */
export function noteSent(name) {
  const sent = JSON.stringify({ name, path: location.pathname });
  tryTo(() => sessionStorage.setItem(SENT, sent));
}

/** Gives what the page before has sent, once. */
export function takeSent() {
  return tryTo(() => {
    const sent = JSON.parse(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
    return sent;
  });
}
