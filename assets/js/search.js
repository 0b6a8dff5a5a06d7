// The search box: what one may mean while one types, and the key that leads to it.

import { combobox } from "./combobox.js";

const SHORTEST = 2;
const fields = [...document.querySelectorAll("[data-suggestions]")];

async function find(address, typed) {
  if (typed.length < SHORTEST) return [];
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    return answer.ok ? await answer.json() : [];
  } catch {
    // Without the network one sends the words, and reads there what is wrong.
    return [];
  }
}

for (const field of fields)
  combobox(field, {
    find: (typed) => find(field.dataset.suggestions, typed),
    take: (_label, found) => location.assign(found.href),
  });

const isTyping = ({ target }) => target.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector("dialog[open]")) return;
  const shown = fields.findLast((field) => field.offsetParent);
  if (!shown) return;
  event.preventDefault();
  shown.focus();
  shown.select();
});
