// Chooses themes and territories by typing: a combobox, and under it those chosen as removable chips.
// What the server reads stays what it is without scripts: the territories' labels in one field, parted
// by "; ", and the boxes of the themes.

import { combobox, plain } from "./combobox.js";
import { fetchFragment } from "./page.js";

const FEWEST_CHARACTERS = 2;
const MOST_THEMES_SHOWN = 12;
const labels = (value) =>
  value
    .split(";")
    .map((label) => label.trim())
    .filter(Boolean);

const begins = (label, typed) => typed.trim() !== "" && plain(label).startsWith(plain(typed.trim()));

async function findTerritories(url, typed) {
  if (typed.length < FEWEST_CHARACTERS) return [];
  const answer = await fetchFragment(`${url}?q=${encodeURIComponent(typed)}`).catch(() => null);
  return [...(answer?.querySelectorAll("option") ?? [])].map((option) => ({
    label: option.value,
    group: option.dataset.group,
  }));
}

function chip({ label, lang }, removeWord, remove) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  const name = Object.assign(document.createElement("span"), { textContent: label });
  if (lang) name.lang = lang;
  button.append(name, Object.assign(document.createElement("span"), {
    className: "visually-hidden",
    textContent: ` (${removeWord})`,
  }));
  button.addEventListener("click", remove);
  item.append(button);
  return item;
}

/**
 * Chooses several by typing in `input`. `chosen()` lists them, `add(label)` and `remove(label)` change
 * them; `words` is the data of the element that holds the sentences and the number `most`.
 */
function chooseSeveral(input, chips, words, { find, chosen, add, remove }) {
  const draw = () => {
    chips.replaceChildren(
      ...chosen().map((each) =>
        chip(each, words.remove, () => {
          remove(each.label);
          draw();
          input.form.dispatchEvent(new Event("change"));
          box.announce(words.removed.replace("{label}", each.label));
          input.focus();
        }),
      ),
    );
  };
  const take = (label) => {
    input.value = "";
    if (chosen().some((each) => each.label === label)) return;
    if (chosen().length >= Number(words.most)) {
      box.announce(words.full);
      full.textContent = words.full;
      return;
    }
    full.textContent = "";
    add(label);
    draw();
    input.form.dispatchEvent(new Event("change"));
    box.announce(words.added.replace("{label}", label));
  };
  const full = Object.assign(document.createElement("p"), { className: "field-help" });
  chips.after(full);
  const isFree = ({ label }) => !chosen().some((each) => each.label === label);
  const box = combobox(input, {
    find: async (typed) => (await find(typed)).filter(isFree),
    take,
    // One suggestion left is the one that is meant, without a list to walk through.
    takeTyped: (shown) => {
      const begun = shown.filter(({ label }) => begins(label, input.value));
      if (begun.length === 1) take(begun[0].label);
    },
  });
  draw();
  return draw;
}

function chooseTerritories(field) {
  const input = field.cloneNode();
  input.removeAttribute("name");
  input.value = "";
  field.type = "hidden";
  field.id = `${field.id}-value`;
  const chips = document.createElement("ul");
  chips.className = "tags";
  field.after(chips, input);
  const set = (chosen) => {
    field.value = [...new Set(chosen)].join("; ");
  };
  const draw = chooseSeveral(input, chips, field.dataset, {
    find: (typed) => findTerritories(field.dataset.territories, typed),
    chosen: () => labels(field.value).map((label) => ({ label })),
    add: (label) => set([...labels(field.value), label]),
    remove: (label) => set(labels(field.value).filter((other) => other !== label)),
  });
  // A text that was typed and not chosen is sent too: the server says if it knows no such place.
  field.form.addEventListener("submit", () => {
    if (input.value.trim()) field.value = [...labels(field.value), input.value.trim()].join("; ");
  });
  field.addEventListener("draft:restored", draw);
}

/** The boxes stay in the page, hidden: they are what is sent, and what a draft keeps. */
function chooseThemes(holder) {
  const themes = [...holder.querySelectorAll("input[type=checkbox]")].map((box) => {
    const name = box.parentElement.querySelector("span");
    const legend = box.closest(".choice-group").querySelector("legend");
    return {
      box,
      label: name.textContent,
      lang: name.lang,
      group: legend.textContent,
      groupLang: legend.lang,
    };
  });
  const input = Object.assign(document.createElement("input"), {
    type: "text",
    className: "input",
    id: "themes-typed",
    dir: "auto",
  });
  const label = Object.assign(document.createElement("label"), {
    htmlFor: input.id,
    textContent: holder.dataset.label,
  });
  const chips = Object.assign(document.createElement("ul"), { className: "tags" });
  const typed = document.createElement("div");
  typed.append(label, chips, input);
  holder.querySelector("fieldset").append(typed);
  for (const group of holder.querySelectorAll(".choice-group")) group.hidden = true;
  const tick = (name, checked) => {
    themes.find((theme) => theme.label === name).box.checked = checked;
  };
  const matches = (theme, words) => plain(theme.label).includes(words) || plain(theme.group).startsWith(words);
  const draw = chooseSeveral(input, chips, holder.dataset, {
    find: (words) => {
      const found = themes.filter((theme) => matches(theme, plain(words)));
      return words ? found.slice(0, MOST_THEMES_SHOWN) : found;
    },
    chosen: () => themes.filter(({ box }) => box.checked),
    add: (name) => tick(name, true),
    remove: (name) => tick(name, false),
  });
  holder.addEventListener("draft:restored", draw);
}

document.querySelectorAll("input[data-territories]").forEach(chooseTerritories);
document.querySelectorAll("[data-themes]").forEach(chooseThemes);
