// Offers what was begun in a form like this one and never reached the server.

import { firstWords } from "./drafts.js";
import { say } from "./page.js";
import { dayAndHour } from "./times.js";

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function button(label, kind, words, act) {
  const made = element("button", { type: "button", className: `button ${kind}`, textContent: label });
  if (words) made.setAttribute("aria-label", `${label}: ${words}`);
  made.addEventListener("click", act);
  return made;
}

/** Goes to the first field that shows: the editor stands for a text area that does not. */
export function begin(form) {
  const fields = [...form.querySelectorAll("input, select, textarea, trix-editor")];
  const isOffer = (field) => field.closest(".draft-offer");
  fields.find((field) => !field.disabled && !isOffer(field) && field.getClientRects().length)?.focus();
}

function row(draft, isAlone, take, drop) {
  const words = firstWords(draft);
  const when = dayAndHour(new Date(draft.at));
  const text = element("p", {});
  if (isAlone) text.append(say("draftFound", { time: when }));
  else text.append(element("strong", { textContent: words || say("draftWordless") }), ` ${when}`);
  const about = isAlone ? "" : words;
  return element(
    isAlone ? "div" : "li",
    { className: "draft-row" },
    text,
    button(say("draftTake"), "button-second", about, () => take(draft)),
    button(say("draftDrop"), "button-quiet", about, () => drop(draft)),
  );
}

/** Shows the drafts on top of a form, newest first; `said`: what was just done with one. */
export function offer(form, drafts, { take, drop, said = "" }) {
  form.querySelector(":scope > .draft-offer")?.remove();
  if (!drafts.length && !said) return;
  const box = element("div", { className: "draft-offer" });
  box.setAttribute("role", "status");
  const isAlone = drafts.length === 1 && !said;
  if (said) box.append(element("p", { textContent: said }));
  if (drafts.length > 1 || (said && drafts.length))
    box.append(element("p", { textContent: say("draftsFound") }));
  const rows = drafts.map((draft) => row(draft, isAlone, take, drop));
  if (isAlone) box.append(...rows);
  else if (rows.length) box.append(element("ul", { className: "draft-list" }, ...rows));
  form.prepend(box);
  const fold = form.closest("details");
  if (fold) fold.open = true;
}
