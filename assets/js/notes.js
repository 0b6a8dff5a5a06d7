// The notes that lie over a page: messages about it, shown once. They keep off the form that is
// being filled, and each can be put away.

const place = document.querySelector("[data-notes]");
let before = null;

/** Returns how far the notes, where they lie now, reach over a form. */
function over(form) {
  const [note, box] = [place, form].map((each) => each.getBoundingClientRect());
  return Math.min(note.bottom, box.bottom) - Math.max(note.top, box.top);
}

/** They lie at the bottom of the page, or at its top where less of the form is there. */
function keepOff() {
  const form = document.activeElement?.closest("main .form");
  const now = form ? over(form) : 0;
  if (now <= 0) return;
  place.classList.toggle("notes-on-top");
  if (over(form) >= now) place.classList.toggle("notes-on-top");
}

/** Shows one of the notes of the page, or takes it away. */
export function showNote(name, isShown = true) {
  place.querySelector(`[data-note="${name}"]`).hidden = !isShown;
  keepOff();
}

/** Goes back to where one was, for the button goes. */
function putAway(note) {
  note.hidden = true;
  const there = before?.isConnected ? before : document.querySelector("main");
  there.focus({ preventScroll: true });
}

if (place) {
  place.addEventListener("focusin", ({ relatedTarget }) => {
    if (!place.contains(relatedTarget)) before = relatedTarget;
  });
  place.addEventListener("click", ({ target }) => {
    if (target.closest("[data-put-away]")) putAway(target.closest("[data-note]"));
  });
  document.addEventListener("focusin", keepOff);
  for (const kind of ["scroll", "resize"]) window.addEventListener(kind, keepOff, { passive: true });
}
