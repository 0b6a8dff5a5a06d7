// A form sent without a network would leave for the browser's own error page, and what was typed with
// it. It is held and says so; who presses again knows better than the browser, and sends.

import { say } from "./page.js";

const NOTE = "[data-no-network]";

function announce(form, button) {
  const note = document.createElement("div");
  const words = document.createElement("p");
  note.className = "flash flash-warning";
  note.dataset.noNetwork = "";
  note.setAttribute("role", "alert");
  words.textContent = say("noNetwork");
  note.append(words);
  const place = button?.closest(".form-actions") ?? button;
  if (place) place.after(note);
  else form.append(note);
  note.scrollIntoView({ block: "nearest" });
}

// Before all who note that a form is sent, for it is not: they listen to the document, or below.
window.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (navigator.onLine || form.dataset.guard === undefined || form.querySelector(NOTE)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce(form, event.submitter);
  },
  { capture: true },
);

window.addEventListener("online", () => {
  for (const note of document.querySelectorAll(NOTE)) note.remove();
});
