// On a page of a group: says that its reader belongs to it no more. Nothing of the group is told to
// them from then on, and the page would stand there as if nothing came.

import { showNote } from "./notes.js";

const place = document.querySelector("[data-live-member-of]");

if (place) {
  document.addEventListener("live:streams", ({ detail }) => {
    showNote("left", !detail.includes(place.dataset.liveMemberOf));
  });
}
