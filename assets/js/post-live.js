// On a post's page: says that its text changed or went while it was being read.

import { viewer } from "./page.js";

const place = document.querySelector("[data-live-post]");

if (place) {
  document.addEventListener("live:change", ({ detail }) => {
    if (detail.subject.type !== "post" || detail.subject.id !== Number(place.dataset.livePost)) return;
    if (detail.actor === viewer) return;
    if (detail.kind === "post.edited") place.querySelector("[data-edited]").hidden = false;
    if (detail.kind === "post.removed") place.querySelector("[data-removed]").hidden = false;
  });
}
