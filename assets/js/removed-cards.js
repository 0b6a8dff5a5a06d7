// A post that goes leaves the feeds that show it, and its room to the page as it stands: nothing moves
// under the finger. The room goes with the next page.

import { say } from "./page.js";

function clear(card) {
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

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "post.removed") return;
  const card = document.querySelector(`[data-post="${detail.subject.id}"]`);
  if (card) clear(card);
});
