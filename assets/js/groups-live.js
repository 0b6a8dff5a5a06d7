// The numbers beside my groups grow when others publish there.

import { viewer } from "./page.js";

function badge(link) {
  const found = link.querySelector(".count");
  if (found) return found;
  const made = Object.assign(document.createElement("span"), { className: "count" });
  made.append("0");
  link.append(made);
  return made;
}

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "post.published" || detail.actor === viewer) return;
  for (const link of document.querySelectorAll("[data-group-link]")) {
    if (link.dataset.groupLink !== detail.stream) continue;
    const number = badge(link).firstChild;
    if (/^\d+$/.test(number.data)) number.data = String(Number(number.data) + 1);
  }
});
