// Logging out takes the drafts of this member off this computer, and says so before.

import { choose } from "./dialog.js";
import { dropAllDrafts, firstWords, listDrafts } from "./drafts.js";
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

async function leave(event) {
  const form = event.target;
  if (form.dataset.asked !== undefined || left) return;
  document.dispatchEvent(new CustomEvent("drafts:now"));
  const drafts = listDrafts();
  if (!drafts.length) {
    left = true;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const choice = await ask(drafts);
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
