// Suggests territories under a text field; for several, shows those chosen as removable chips.
// The field's value stays what the server reads: their labels, parted by "; ".

import { announceContent } from "./page.js";

const PATIENCE = 200;
const labels = (value) =>
  value
    .split(";")
    .map((label) => label.trim())
    .filter(Boolean);

function begins(label, typed) {
  const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return typed.trim() !== "" && plain(label).startsWith(plain(typed.trim()));
}

function suggest(input, url) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-list`;
  input.setAttribute("list", list.id);
  input.after(list);
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.length < 2) return;
    timer = setTimeout(async () => {
      const answer = await fetch(`${url}?q=${encodeURIComponent(input.value)}`);
      if (!answer.ok) return;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...parsed.querySelectorAll("option"));
      announceContent(list);
    }, PATIENCE);
  });
  return list;
}

function chip(label, removeWord, remove) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.append(label, Object.assign(document.createElement("span"), {
    className: "visually-hidden",
    textContent: ` (${removeWord})`,
  }));
  button.addEventListener("click", remove);
  item.append(button);
  return item;
}

function chooseSeveral(field) {
  const input = field.cloneNode();
  input.removeAttribute("name");
  input.value = "";
  field.type = "hidden";
  field.id = `${field.id}-value`;
  const chips = document.createElement("ul");
  chips.className = "tags";
  chips.setAttribute("role", "list");
  // Whoever does not see the list hears what stands in it after each choice and each removal.
  chips.ariaLive = "polite";
  field.after(chips, input);
  const list = suggest(input, field.dataset.territories);

  const set = (chosen) => {
    field.value = [...new Set(chosen)].join("; ");
    draw();
    field.form.dispatchEvent(new Event("change"));
  };
  const draw = () => {
    chips.replaceChildren(
      ...labels(field.value).map((label) =>
        chip(label, field.dataset.remove, () => {
          set(labels(field.value).filter((other) => other !== label));
          input.focus();
        }),
      ),
    );
  };
  const take = (only) => {
    const picked = [...list.options].find((option) => option.value === input.value) ?? only;
    if (!picked) return;
    set([...labels(field.value), picked.value]);
    input.value = "";
  };
  input.addEventListener("input", () => take());
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    // One suggestion left is the one that is meant, without a list to walk through.
    const begun = [...list.options].filter((option) => begins(option.value, input.value));
    take(begun.length === 1 ? begun[0] : null);
  });
  // What was typed and not chosen is sent too: the server says if it knows no such place.
  field.form.addEventListener("submit", () => {
    if (input.value.trim()) field.value = [...labels(field.value), input.value.trim()].join("; ");
  });
  field.addEventListener("draft:restored", draw);
  draw();
}

for (const field of document.querySelectorAll("input[data-territories]")) {
  if (field.dataset.several) chooseSeveral(field);
  else suggest(field, field.dataset.territories);
}
