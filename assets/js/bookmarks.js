// Buttons that are on or off, as that which keeps a post: they turn at once; where the server does not
// answer, they turn back and say so. What is pressed before an answer comes is sent after it. A form
// says the names of its button for on and for off; of a group of forms one is on at most.

import { say } from "./page.js";
import { toast } from "./toasts.js";

const PATIENCE = 20_000;
const turns = new WeakMap(); // form → the request that is on its way

const namesOf = (form) => form.dataset.toggle.split(" ");
const isOn = (form) => form.querySelector("button").getAttribute("aria-pressed") === "true";

function show(form, on) {
  const button = form.querySelector("button");
  button.setAttribute("aria-pressed", String(on));
  button.name = namesOf(form)[on ? 1 : 0];
}

async function send(form, on) {
  const fields = new FormData(form);
  fields.set(namesOf(form)[on ? 0 : 1], "1");
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "HX-Request": "true" },
    credentials: "same-origin",
    redirect: "error",
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  if (!answer.ok) throw new Error(String(answer.status));
}

/** Turns a form, and off those that it excludes; gives what turns them all back. */
function turn(form) {
  const { group } = form.dataset;
  const others = group ? [...document.querySelectorAll(`form[data-group="${group}"]`)] : [];
  const excluded = others.filter((each) => each !== form && each.action === form.action && isOn(each));
  const on = !isOn(form);
  show(form, on);
  for (const each of excluded) show(each, false);
  return () => {
    show(form, !on);
    for (const each of excluded) show(each, true);
  };
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.toggle === undefined) return;
  event.preventDefault();
  const back = turn(form);
  const on = isOn(form);
  const before = turns.get(form) ?? Promise.resolve();
  const mine = before.then(() => send(form, on)).catch((error) => {
    if (turns.get(form) === mine) back();
    const isRefused = /^\d+$/.test(error.message);
    toast(say(isRefused ? "refused" : navigator.onLine ? "failed" : "noNetwork"), "error");
  });
  turns.set(form, mine);
});
