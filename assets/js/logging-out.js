// Logging out takes the drafts of this member off this computer. Those of posts stay in the account:
// what it does not have yet is sent first. Of the others, and of what cannot be sent, the member is asked.

import { choose } from "./dialog.js";
import { dropAllDrafts, dropDraft, firstWords, listDrafts } from "./drafts.js";
import { say } from "./page.js";

const MOST_SHOWN = 5;
let left = false;

/** Returns whether nothing more is to be kept: the member leaves, and drops all drafts. */
export const hasLeft = () => left;

const words = (draft) => firstWords(draft) || say("draftWordless");

function ask(drafts) {
  const one = drafts.length === 1;
  return choose({
    title: say(one ? "draftGoes" : "draftsGo", { n: drafts.length }),
    detail: drafts.slice(0, MOST_SHOWN).map(words).join(" · "),
    choices: [
      { value: "drop", label: say(one ? "dropDraft" : "dropDrafts"), kind: "danger" },
      { value: "keep", label: say(one ? "keepDraft" : "keepDrafts"), kind: "second" },
    ],
  });
}

/** Has the account get what it can, and lists what only this computer has. */
async function listLeft(token) {
  const sync = await import("./draft-sync.js").catch(() => null);
  await sync?.sendOpen();
  await sync?.sendAll(token);
  listDrafts().filter(({ isSaved }) => isSaved).forEach(dropDraft);
  return listDrafts();
}

async function leave(event) {
  const form = event.target;
  if (form.dataset.asked !== undefined || left) return;
  document.dispatchEvent(new CustomEvent("drafts:now"));
  // A slow network brings the keeper of drafts after the first words.
  if (!listDrafts().length && !document.querySelector("form[data-draft]")) {
    left = true;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const drafts = await listLeft(form.elements.csrf_token.value);
  const choice = drafts.length ? await ask(drafts) : "drop";
  if (!["drop", "keep"].includes(choice)) return;
  if (choice === "drop") {
    left = true;
    dropAllDrafts();
  }
  form.dataset.asked = "";
  form.requestSubmit();
}

for (const form of document.querySelectorAll("form[data-logout]"))
  form.addEventListener("submit", leave, { capture: true });
