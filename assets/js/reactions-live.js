// The reactions of the post that is being read. Feeds do not ask: their numbers are as they opened.

import { fetchFragment, pause } from "./page.js";

let asking = false;

/** Shows in a button what a fresh one shows: it stays the same button, which is not read anew. */
function renew(button, fresh) {
  for (const name of ["name", "aria-pressed"]) {
    const now = fresh.getAttribute(name);
    if (button.getAttribute(name) !== now) button.setAttribute(name, now);
  }
  const [shown, count] = [button, fresh].map((each) => each.querySelector(".reaction-count"));
  if (shown && count) shown.textContent = count.textContent;
  else if (count) button.append(" ", count);
  else shown?.remove();
}

async function refresh(slot) {
  if (asking) return;
  asking = true;
  await pause(1500);
  asking = false;
  const fragment = await fetchFragment(slot.dataset.liveReactions).catch(() => null);
  const fresh = fragment?.querySelector(`#${slot.id}`);
  const old = document.getElementById(slot.id);
  if (!fresh || !old) return;
  const buttons = [...fresh.querySelectorAll("button")];
  if (!buttons.length) return old.replaceWith(fresh);
  for (const each of buttons) renew(document.getElementById(each.id), each);
}

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "reaction.changed") return;
  const slot = document.querySelector(`#reactions-${detail.subject.id}[data-live-reactions]`);
  if (slot) refresh(slot);
});
