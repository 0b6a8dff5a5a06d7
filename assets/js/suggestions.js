// A text field that suggests: from a list of its own in the page, which without scripts is a <datalist>,
// or from an address that gives options for what is typed.

import { combobox, plain } from "./combobox.js";
import { fetchFragment } from "./page.js";

const MOST = 8;
const FEWEST_CHARACTERS = 2;

function listed(input) {
  const labels = [...input.list.options].map((option) => option.value);
  input.list.remove();
  input.removeAttribute("list");
  return (typed) => labels.filter((label) => plain(label).includes(plain(typed))).slice(0, MOST);
}

const asked = (url) => async (typed) => {
  if (typed.length < FEWEST_CHARACTERS) return [];
  const answer = await fetchFragment(`${url}?q=${encodeURIComponent(typed)}`).catch(() => null);
  return [...(answer?.querySelectorAll("option") ?? [])].map((option) => option.value);
};

function enhance(input) {
  combobox(input, {
    find: input.dataset.suggests ? asked(input.dataset.suggests) : listed(input),
    take: (label) => {
      input.value = label;
      input.form.dispatchEvent(new Event("change"));
    },
  });
}

document.querySelectorAll("input[list], input[data-suggests]").forEach(enhance);
