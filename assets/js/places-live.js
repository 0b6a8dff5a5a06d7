// The places of the webinar that is being read, and the reader's own registration to it.

import { fetchFragment, pause } from "./page.js";

const panel = () => document.querySelector("[data-live-places]");
let isAsking = false;

// Asked for, though the broadcast holds the counts: sentences and buttons follow from them.
async function refresh() {
  if (isAsking || !panel()) return;
  isAsking = true;
  await pause(1500);
  isAsking = false;
  const old = panel();
  const fragment = old && (await fetchFragment(old.dataset.livePlaces).catch(() => null));
  const fresh = fragment?.querySelector("[data-live-places]");
  if (!fresh || old.innerHTML === fresh.innerHTML) return;
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  if (hadFocus) fresh.focus();
  window.htmx?.process(fresh);
}

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "registration.changed") return;
  if (detail.subject.id === Number(panel()?.dataset.postId)) refresh();
});

// No event holds what was broadcast while the line was cut.
document.addEventListener("live:values-missed", refresh);
