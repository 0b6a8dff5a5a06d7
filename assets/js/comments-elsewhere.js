// The quiet bar of a discussion: what was said that the page does not show is not put where it would
// seem to follow what it does not follow. The bar says that it is there, and leads to it, until it is
// shown or gone.

import { say } from "./page.js";

const elsewhere = new Set();

function emit(section) {
  const n = elsewhere.size;
  const link = section.querySelector("[data-comments-elsewhere] a");
  const losesFocus = n === 0 && link === document.activeElement;
  link.hidden = n === 0;
  if (losesFocus) section.querySelector("h2").focus({ preventScroll: true });
  if (n === 0) return;
  const [first] = elsewhere;
  link.href = section.dataset.commentUrl + first;
  link.querySelector("span").textContent = say(n === 1 ? "newElsewhere" : "newOnesElsewhere", { n });
}

/** Leads to a comment that the page does not show. */
export function leadElsewhere(section, id) {
  elsewhere.add(id);
  emit(section);
}

/** Says it anew only where something changed, for it is read aloud each time. */
export function forgetElsewhere(section, isOver) {
  const over = [...elsewhere].filter(isOver);
  for (const id of over) elsewhere.delete(id);
  if (over.length > 0) emit(section);
}
