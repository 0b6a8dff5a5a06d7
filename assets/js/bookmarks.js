// The button that keeps a post turns at once; where the server does not answer, it turns back and
// says so. What is pressed before an answer comes is sent after it.

import { say } from "./page.js";
import { toast } from "./toasts.js";

const PATIENCE = 20_000;
const turns = new WeakMap(); // form → the request that is on its way

function show(form, isKept) {
  const button = form.querySelector("button");
  button.setAttribute("aria-pressed", String(isKept));
  button.name = isKept ? "remove" : "add";
}

async function send(form, isKept) {
  const fields = new FormData(form);
  fields.set(isKept ? "add" : "remove", "1");
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

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.bookmark === undefined) return;
  event.preventDefault();
  const isKept = form.querySelector("button").name === "add";
  show(form, isKept);
  const before = turns.get(form) ?? Promise.resolve();
  const turn = before.then(() => send(form, isKept)).catch((error) => {
    const isLast = turns.get(form) === turn;
    if (isLast) show(form, !isKept);
    toast(say(/^\d+$/.test(error.message) ? "refused" : navigator.onLine ? "failed" : "noNetwork"), "error");
  });
  turns.set(form, turn);
});
