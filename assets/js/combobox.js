// A text field that suggests: a combobox with a list, as the ARIA practices describe it. Browsers'
// own <datalist> is read out badly, or not at all.

import { say } from "./page.js";

const PATIENCE = 200;

/** Compares as people do: neither accents nor capitals count. */
export const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const labelOf = (found) => found.label ?? found;
const groupOf = (found) => found.group ?? "";

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Combobox {
  constructor(input, { find, take, takeTyped }) {
    Object.assign(this, { input, find, take, takeTyped, found: [], options: [], at: -1, asked: 0 });
    this.list = element("ul", { class: "combobox-list", role: "listbox", id: `${input.id}-list` });
    this.status = element("p", { class: "visually-hidden", role: "status" });
    this.list.setAttribute("aria-label", input.labels[0]?.firstChild.textContent.trim() ?? "");
    // The field stays where it is: moving it would take the focus from a member who types already.
    input.parentElement.classList.add("combobox");
    input.parentElement.append(this.list, this.status);
    for (const [key, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-controls": this.list.id,
    })) input.setAttribute(key, value);
    this.close();
    this.listen();
    if (document.activeElement === input && input.value) this.suggest();
  }

  listen() {
    let timer;
    this.input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.suggest(), PATIENCE);
    });
    this.input.addEventListener("keydown", (event) => this.hear(event));
    this.input.addEventListener("blur", () => this.close());
    // The focus stays in the field while the mouse is pressed on a suggestion.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.found[this.options.indexOf(option)]);
    });
  }

  hear(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.suggest();
      else this.move(step);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.choose(this.found[this.at]);
    } else if (event.key === "Enter" && this.takeTyped) {
      event.preventDefault();
      this.takeTyped(this.found);
    }
  }

  async suggest() {
    const typed = this.input.value.trim();
    this.asked += 1;
    const number = this.asked;
    const found = await this.find(typed);
    // An answer that was overtaken by the next keystroke, or by leaving the field, is of no use.
    if (number !== this.asked || document.activeElement !== this.input) return;
    this.show(found);
    const n = found.length;
    const words = ["noSuggestion", "suggestion"][n] ?? "suggestions";
    if (typed) this.status.textContent = say(words, { n });
  }

  show(found) {
    this.close();
    // The arrows go through them in the order in which they stand, a group after the other.
    const groups = Map.groupBy
      ? Map.groupBy(found, groupOf)
      : found.reduce((all, each) => all.set(groupOf(each), [...(all.get(groupOf(each)) ?? []), each]), new Map());
    this.found = [...groups.values()].flat();
    this.options = this.found.map((each, index) => {
      const option = element("li", { role: "option", id: `${this.list.id}-${index}` });
      option.setAttribute("aria-selected", "false");
      if (each.lang) option.lang = each.lang;
      option.textContent = labelOf(each);
      return option;
    });
    let at = 0;
    this.list.replaceChildren(
      ...[...groups].flatMap(([name, of]) => {
        const options = this.options.slice(at, (at += of.length));
        return name ? [this.group(name, options, of[0].groupLang)] : options;
      }),
    );
    this.list.hidden = this.found.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  group(name, options, lang) {
    const id = `${options[0].id}-group`;
    const group = element("li", { role: "group", "aria-labelledby": id });
    const heading = element("span", { id, class: "combobox-group" });
    heading.textContent = name;
    if (lang) heading.lang = lang;
    const inside = element("ul", { role: "none" });
    inside.append(...options);
    group.append(heading, inside);
    return group;
  }

  move(step) {
    const { length } = this.options;
    this.at = this.at < 0 && step < 0 ? length - 1 : (this.at + step + length) % length;
    this.options.forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.at));
    });
    const option = this.options[this.at];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** Says something to ears alone. */
  announce(sentence) {
    this.status.textContent = sentence;
  }

  choose(found) {
    this.close();
    this.take(labelOf(found), found);
    this.input.focus();
  }

  close() {
    this.asked += 1;
    this.at = -1;
    this.found = [];
    this.options = [];
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }
}

/**
 * Lets a text field suggest. `find(typed)` gives labels, now or later: texts, or objects with a
 * `label`, its `lang`, the `group` under which it stands and that one's `groupLang`. `take(label, found)`
 * gets the one that was chosen; `takeTyped(found)`, if there is one, has Enter where none was chosen.
 */
export function combobox(input, choices) {
  return new Combobox(input, choices);
}
