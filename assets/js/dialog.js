// Asks in a native <dialog> before a form marked data-confirm is sent. It carries its question, which
// a page would ask where this script did not come; once it is answered here, it is sent without.

import { say } from "./page.js";

const confirmed = new WeakSet();

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/**
 * Asks something in a dialog; gives the value of the choice, "" where there was none.
 * `choices`: [{value, label, kind}]; one that changes nothing comes after them.
 */
export function choose({ title, detail, choices }) {
  const buttons = choices.map(({ value, label, kind }) =>
    element("button", { className: `button button-${kind}`, value, textContent: label }),
  );
  const no = element("button", {
    className: `button button-${choices.length > 1 ? "quiet" : "second"}`,
    value: "",
    autofocus: true,
    textContent: say("cancel"),
  });
  const heading = element("h2", { id: "confirm-title", textContent: title });
  const body = element("form", { method: "dialog", className: "dialog-body" }, heading);
  if (detail) body.append(element("p", { id: "confirm-detail", textContent: detail }));
  body.append(element("div", { className: "dialog-actions" }, ...buttons, no));
  const dialog = element("dialog", { className: "dialog" }, body);
  dialog.setAttribute("aria-labelledby", "confirm-title");
  if (detail) dialog.setAttribute("aria-describedby", "confirm-detail");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

async function ask(form) {
  const { question, question_detail, question_yes, question_kind } = form.elements;
  const yes = { value: "yes", label: question_yes.value, kind: question_kind.value };
  const answer = { title: question.value, detail: question_detail?.value, choices: [yes] };
  return (await choose(answer)) === "yes";
}

function forgetQuestion({ formData }) {
  for (const name of [...formData.keys()]) if (name.startsWith("question")) formData.delete(name);
}

/** Goes back to what asked; a menu has closed over it meanwhile, and its button shows. */
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
