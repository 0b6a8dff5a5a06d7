// A post that goes leaves the feeds that show it, and its room to the page as it stands: nothing moves
// under the finger. The room goes with the next page. A post that one group removed stays while the
// reader sees it in another: only the page of a group is about that group alone.

import { hasGone } from "./post-kind.js";
import { say } from "./page.js";

const groupStream = document.querySelector("[data-quiet-bar]")?.dataset.stream;

// The cards that went, as they were: an author may put a post back.
const gone = new Map();

function clear(card) {
  gone.set(card.dataset.post, card.cloneNode(true));
  const hadFocus = card.contains(document.activeElement);
  const words = document.createElement("p");
  words.textContent = say("postRemoved");
  card.style.minHeight = `${card.getBoundingClientRect().height}px`;
  card.className = "card card-gone";
  card.removeAttribute("aria-labelledby");
  card.setAttribute("aria-label", words.textContent);
  card.tabIndex = -1;
  card.replaceChildren(words);
  if (hadFocus) card.focus({ preventScroll: true });
}

function putBack(id) {
  const card = gone.get(String(id));
  const place = document.querySelector(`.card-gone[data-post="${id}"]`);
  gone.delete(String(id));
  if (!card || !place) return;
  place.replaceWith(card);
  window.htmx?.process(card);
}

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind === "post.restored") putBack(detail.subject.id);
});

document.addEventListener("live:change", async ({ detail }) => {
  if (detail.kind !== "post.removed") return;
  const { id } = detail.subject;
  const find = () => document.querySelector(`[data-post="${id}"]`);
  if (!find()) return;
  const isGone = groupStream ? detail.stream === groupStream : await hasGone(id);
  const card = find();
  if (isGone && card) clear(card);
});
