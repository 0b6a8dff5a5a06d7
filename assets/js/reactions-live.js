// The reactions of the post that is being read, and of its comments. Feeds do not ask: their numbers are as they opened.

import { fetchFragment, pause } from "./page.js";
import { renewReactions } from "./reactions.js";

const SLOT = "[data-live-reactions]";
const asking = new Set();

// Asked for, though the broadcast holds the counts: the reader may have reacted in another window.
async function refresh(slot) {
  if (asking.has(slot.id)) return;
  asking.add(slot.id);
  await pause(1500);
  asking.delete(slot.id);
  const fragment = await fetchFragment(slot.dataset.liveReactions).catch(() => null);
  const fresh = fragment?.querySelector(`#${slot.id}`);
  const old = document.getElementById(slot.id);
  if (!fresh || !old) return;
  if (old.querySelector(".reaction") && renewReactions(fresh)) return;
  old.replaceWith(fresh);
  window.htmx?.process(fresh);
}

const slotOf = ({ subject }) =>
  document.querySelector(
    `#reactions-${subject.type === "comment" ? "comment-" : ""}${subject.id}${SLOT}`,
  );

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "reaction.changed") return;
  const slot = slotOf(detail);
  if (slot) refresh(slot);
});

// No event holds what was broadcast while the line was cut.
document.addEventListener("live:values-missed", () => {
  const slot = document.querySelector(SLOT);
  if (slot) refresh(slot);
});
