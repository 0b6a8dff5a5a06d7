// A text field with a list of its own in the page: without scripts a <datalist>, with them a combobox.

import { combobox, plain } from "./combobox.js";

const MOST = 8;

function enhance(input) {
  const labels = [...input.list.options].map((option) => option.value);
  input.list.remove();
  input.removeAttribute("list");
  combobox(input, {
    find: (typed) => labels.filter((label) => plain(label).includes(plain(typed))).slice(0, MOST),
    take: (label) => {
      input.value = label;
      input.form.dispatchEvent(new Event("change"));
    },
  });
}

document.querySelectorAll("input[list]").forEach(enhance);
