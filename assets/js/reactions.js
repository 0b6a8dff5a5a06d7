// The buttons of reactions, when a response has their present state. They stay the same buttons: none
// is read anew, and a touch that waits for the answer to another still has one to be sent by.

/** Shows in a button what a fresh one shows. */
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

/** Renews the buttons that a fragment has too, and returns whether it has any. */
export function renewReactions(fragment) {
  const buttons = [...fragment.querySelectorAll(".reaction")];
  for (const each of buttons) renew(document.getElementById(each.id), each);
  return buttons.length > 0;
}

document.addEventListener("htmx:beforeSwap", ({ detail, target }) => {
  if (!detail.shouldSwap || !target.querySelector(".reaction")) return;
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  if (renewReactions(answer)) detail.shouldSwap = false;
});
