// Suggests territories under a text field; for several, shows those chosen as removable chips.
// The field's value stays what the server reads: their labels, parted by "; ".

import { combobox, plain } from "./combobox.js";
import { fetchFragment } from "./page.js";

const FEWEST_CHARACTERS = 2;
const labels = (value) =>
  value
    .split(";")
    .map((label) => label.trim())
    .filter(Boolean);

const begins = (label, typed) => typed.trim() !== "" && plain(label).startsWith(plain(typed.trim()));

async function find(url, typed) {
  if (typed.length < FEWEST_CHARACTERS) return [];
  const answer = await fetchFragment(`${url}?q=${encodeURIComponent(typed)}`).catch(() => null);
  return [...(answer?.querySelectorAll("option") ?? [])].map((option) => option.value);
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
  field.after(chips, input);

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
          box.announce(field.dataset.removed.replace("{label}", label));
          input.focus();
        }),
      ),
    );
  };
  const take = (label) => {
    set([...labels(field.value), label]);
    box.announce(field.dataset.added.replace("{label}", label));
    input.value = "";
  };
  const box = combobox(input, {
    find: (typed) => find(field.dataset.territories, typed),
    take,
    // One suggestion left is the one that is meant, without a list to walk through.
    takeTyped: (shown) => {
      const begun = shown.filter((label) => begins(label, input.value));
      if (begun.length === 1) take(begun[0]);
    },
  });
  // A text that was typed and not chosen is sent too: the server says if it knows no such place.
  field.form.addEventListener("submit", () => {
    if (input.value.trim()) field.value = [...labels(field.value), input.value.trim()].join("; ");
  });
  field.addEventListener("draft:restored", draw);
  draw();
}

document.querySelectorAll("input[data-territories]").forEach(chooseSeveral);
