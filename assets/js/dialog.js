// Asks in a native <dialog> before a form marked data-confirm is sent.

import { say } from "./page.js";

const confirmed = new WeakSet();

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function ask(form) {
  const { confirm, confirmDetail, confirmLabel } = form.dataset;
  const isDangerous = form.querySelector("[class*='button-danger']") !== null;
  const yes = element("button", {
    className: `button ${isDangerous ? "button-danger" : "button-main"}`,
    value: "yes",
    textContent: confirmLabel,
  });
  const no = element("button", {
    className: "button button-second",
    value: "no",
    autofocus: true,
    textContent: say("cancel"),
  });
  const title = element("h2", { id: "confirm-title", textContent: confirm });
  const body = element("form", { method: "dialog", className: "dialog-body" }, title);
  if (confirmDetail) body.append(element("p", { id: "confirm-detail", textContent: confirmDetail }));
  body.append(element("div", { className: "dialog-actions" }, yes, no));
  const dialog = element("dialog", { className: "dialog" }, body);
  dialog.setAttribute("aria-labelledby", "confirm-title");
  if (confirmDetail) dialog.setAttribute("aria-describedby", "confirm-detail");
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
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
    if (!form.dataset.confirm || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    if (!(await ask(form))) return comeBack(submitter);
    confirmed.add(form);
    form.requestSubmit(submitter);
  },
  { capture: true },
);
