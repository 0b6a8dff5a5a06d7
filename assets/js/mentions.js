// Whom one may mean by @ and the beginning of a name: a list under the caret, as the ARIA practices
// describe a combobox, whose focus stays where one types. A page without it takes whole names.

import { say } from "./page.js";

const PATIENCE = 150;
// The words from an @ up to the caret, of at most four.
const BEGUN = /(?:^|[\s("«“‘'’[/])@([\p{L}\p{N}][\p{L}\p{M}\p{N}.'’-]*(?: [\p{L}\p{M}\p{N}.'’-]+){0,3} ?)$/u;
const LONGEST = 40;

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Gives the words that may be the beginning of a name before a caret; null for none. */
function begun(words) {
  const found = BEGUN.exec(words.slice(-LONGEST - 2));
  return found && found[1].length <= LONGEST ? found[1] : null;
}

/**
 * Suggests members in a field: `element` has the focus, `words()` are those before the caret or
 * null, `put(length, member)` replaces so many signs before the caret, `place(list)` places the list.
 */
export class Mentions {
  constructor(element, address, field) {
    Object.assign(this, { element, address, field, found: [], at: -1, asked: 0, nobody: null });
    const id = `${element.id}-mentions`;
    this.list = made("ul", { class: "combobox-list mention-list", role: "listbox", id, "aria-label": say("mentionList") });
    this.status = made("p", { class: "visually-hidden", role: "status" });
    this.list.hidden = true;
    element.after(this.list, this.status);
    element.setAttribute("aria-autocomplete", "list");
    element.setAttribute("aria-haspopup", "listbox");
    element.setAttribute("aria-controls", id);
    element.addEventListener("blur", () => this.close());
    // The focus stays in the text while a finger or the mouse is on a suggestion.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const index = [...this.list.children].indexOf(event.target.closest("[role=option]"));
      if (index >= 0) this.choose(index);
    });
  }

  /** Looks at what stands before the caret: at each change, and where the caret has moved. */
  look() {
    const typed = begun(this.field.words() ?? "");
    if (typed === this.typed) return;
    this.typed = typed;
    clearTimeout(this.timer);
    // Where nothing is found for a beginning, nothing is for a longer one.
    if (typed === null || (this.nobody !== null && typed.startsWith(this.nobody))) this.close();
    else this.timer = setTimeout(() => this.ask(typed), PATIENCE);
  }

  async ask(typed) {
    this.asked += 1;
    const number = this.asked;
    let found = [];
    try {
      const answer = await fetch(`${this.address}?q=${encodeURIComponent(typed)}`, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (answer.ok) found = await answer.json();
      if (answer.ok) this.nobody = found.length ? null : typed;
    } catch {
      // Without the network one types the whole name.
    }
    if (number !== this.asked || typed !== this.typed) return;
    this.show(found);
  }

  show(found) {
    this.found = found;
    const options = found.map(({ name, about }, index) => {
      const words = made("bdi", {}, name);
      const more = about ? [" ", made("span", { class: "soft small", dir: "auto" }, about)] : [];
      return made("li", { role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false" }, words, ...more);
    });
    this.list.replaceChildren(...options);
    this.list.hidden = found.length === 0;
    this.status.textContent = found.length
      ? say(found.length === 1 ? "suggestion" : "suggestions", { n: found.length })
      : "";
    if (!found.length) return this.close();
    this.field.place(this.list);
    this.mark(0);
  }

  mark(index) {
    this.at = (index + this.found.length) % this.found.length;
    [...this.list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === this.at)));
    const option = this.list.children[this.at];
    this.element.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** Takes a key that is for the list; the others are for the text. */
  hear(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(this.at + step);
    else if (event.key === "Enter" || event.key === "Tab") this.choose(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  choose(index) {
    const member = this.found[index];
    const length = this.typed.length + 1;
    this.close();
    this.field.put(length, member);
    this.typed = begun(this.field.words() ?? "");
  }

  close() {
    this.asked += 1;
    clearTimeout(this.timer);
    this.found = [];
    this.at = -1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.element.removeAttribute("aria-activedescendant");
  }
}

/** Places a list under a rectangle of the window, within the box that it is placed in. */
export function placeUnder(list, { left, bottom }) {
  const box = list.offsetParent.getBoundingClientRect();
  const most = Math.max(0, box.width - list.offsetWidth - 4);
  list.style.insetInlineStart = "auto";
  list.style.left = `${Math.min(Math.max(0, left - box.left), most)}px`;
  list.style.top = `${bottom - box.top + 4}px`;
}

/** Suggests in a plain text area, such as that of an answer: the whole name is put there. */
function enhance(area) {
  // It stays where it is: moving it would take the focus from who types.
  area.form.classList.add("mention-box");
  const mentions = new Mentions(area, area.closest("[data-mentions]").dataset.mentions, {
    words: () => (area.selectionStart === area.selectionEnd ? area.value.slice(0, area.selectionStart) : null),
    put: (length, { name }) => {
      const end = area.selectionStart;
      area.setRangeText(`@${name} `, end - length, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    place: (list) => placeUnder(list, { left: 0, bottom: area.getBoundingClientRect().bottom }),
  });
  area.addEventListener("input", () => mentions.look());
  area.addEventListener("keydown", (event) => mentions.hear(event));
  mentions.look();
}

// Answers come with what an open page is given later: each is looked at when it is first typed in.
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("textarea") || target.dataset.editor || target.hasAttribute("aria-haspopup")) return;
  if (target.closest("[data-mentions]") && target.value.includes("@")) enhance(target);
});
