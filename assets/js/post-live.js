// On a post's page: says that its text changed or went while it was being read, or that a webinar was
// cancelled. There is nothing more to read in what is gone.

import { showNote } from "./notes.js";
import { viewer } from "./page.js";

const place = document.querySelector("[data-live-post]");
let isGone = false;

if (place) {
  document.addEventListener("live:change", ({ detail }) => {
    if (detail.subject.type !== "post" || detail.subject.id !== Number(place.dataset.livePost)) return;
    if (detail.actor === viewer) return;
    if (detail.kind === "post.edited" && !detail.minor && !isGone) showNote("edited");
    if (detail.kind === "webinar.cancelled" || detail.kind === "webinar.reinstated") {
      showNote("cancelled", detail.kind === "webinar.cancelled");
      showNote("reinstated", detail.kind === "webinar.reinstated");
    }
    if (detail.kind === "post.restored") {
      isGone = false;
      showNote("removed", false);
    }
    if (detail.kind !== "post.removed") return;
    isGone = true;
    showNote("edited", false);
    showNote("removed");
  });
}
