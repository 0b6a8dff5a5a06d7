// On a post's page: says that its text changed or went while it was being read. There is nothing
// more to read in what is gone.

import { viewer } from "./page.js";

const place = document.querySelector("[data-live-post]");

if (place) {
  document.addEventListener("live:change", ({ detail }) => {
    if (detail.subject.type !== "post" || detail.subject.id !== Number(place.dataset.livePost)) return;
    if (detail.actor === viewer) return;
    const [edited, removed] = place.children;
    if (detail.kind === "post.removed") removed.hidden = false;
    if (["post.edited", "post.removed"].includes(detail.kind)) edited.hidden = !removed.hidden;
  });
}
