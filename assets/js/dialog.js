// Asks in a native <dialog> before a form marked data-confirm is sent. It carries its question, which
// a page would ask where this script did not come; once it is answered here, it is sent without.

import { say } from "./page.js";

const confirmed = new WeakSet();

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function ask(form) {
  const { question, question_detail, question_yes, question_kind } = form.elements;
  const yes = element("button", {
    className: `button button-${question_kind.value}`,
    value: "yes",
    textContent: question_yes.value,
  });
  const no = element("button", {
    className: "button button-second",
    value: "no",
    autofocus: true,
    textContent: say("cancel"),
  });
  const title = element("h2", { id: "confirm-title", textContent: question.value });
  const body = element("form", { method: "dialog", className: "dialog-body" }, title);
  if (question_detail)
    body.append(element("p", { id: "confirm-detail", textContent: question_detail.value }));
  body.append(element("div", { className: "dialog-actions" }, yes, no));
  const dialog = element("dialog", { className: "dialog" }, body);
  dialog.setAttribute("aria-labelledby", "confirm-title");
  if (question_detail) dialog.setAttribute("aria-describedby", "confirm-detail");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function forgetQuestion({ formData }) {
  for (const name of [...formData.keys()]) if (name.startsWith("question")) formData.delete(name);
}

/** Goes back to what asked; a menu has closed over it meanwhile, and its face shows. */
function comeBack(asker) {
  const menu = asker?.closest("details[data-menu]:not([open])");
  (menu?.querySelector("summary") ?? asker)?.focus();
}

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    // A yes holds for one sending: where that leaves the page in place, the next is asked about too.
    if (form.dataset.confirm === undefined || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    if (!(await ask(form))) return comeBack(submitter);
    confirmed.add(form);
    form.addEventListener("formdata", forgetQuestion, { once: true });
    form.requestSubmit(submitter);
    // Also where somebody else held it before we saw it again.
    confirmed.delete(form);
  },
  { capture: true },
);
