// The reactions of the post that is being read. Feeds do not ask: their numbers are as they opened.

import { fetchFragment, pause } from "./page.js";
import { renewReactions } from "./reactions.js";

const SLOT = "[data-live-reactions]";
let asking = false;

// Asked for, though the broadcast holds the counts: the reader may have reacted in another window.
async function refresh(slot) {
  if (asking) return;
  asking = true;
  await pause(1500);
  asking = false;
  const fragment = await fetchFragment(slot.dataset.liveReactions).catch(() => null);
  const fresh = fragment?.querySelector(`#${slot.id}`);
  const old = document.getElementById(slot.id);
  if (!fresh || !old) return;
  if (!renewReactions(fresh)) old.replaceWith(fresh);
}

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "reaction.changed") return;
  const slot = document.querySelector(`#reactions-${detail.subject.id}${SLOT}`);
  if (slot) refresh(slot);
});

// No event holds what was broadcast while the line was cut.
document.addEventListener("live:values-missed", () => {
  const slot = document.querySelector(SLOT);
  if (slot) refresh(slot);
});
