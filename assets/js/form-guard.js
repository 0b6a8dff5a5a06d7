// A form is sent once, and says so while it is.

import { say } from "./page.js";

// If the answer never comes, the button works again.
const PATIENCE = 12_000;

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-label]")) {
    button.removeAttribute("aria-disabled");
    const words = button.querySelector("span") ?? button;
    words.textContent = button.dataset.label;
    delete button.dataset.label;
  }
}

function hold(form, button) {
  form.dataset.sent = "true";
  if (button) {
    const words = button.querySelector("span") ?? button;
    button.dataset.label = words.textContent;
    button.setAttribute("aria-disabled", "true");
    const progress = button.dataset.progress ?? form.dataset.progress;
    if (progress !== undefined) words.textContent = progress;
    else if (form.classList.contains("form")) words.textContent = say("sending");
  }
  setTimeout(() => release(form), PATIENCE);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.guard === undefined || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else hold(form, event.submitter);
});

// A page that comes back from the browser's memory must not stay locked.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
