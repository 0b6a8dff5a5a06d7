// On a page of a group: says that its reader belongs to it no more. Nothing of the group is sent to
// them from then on, and the page would stand there as if nothing came.

import { showNote } from "./notes.js";

const place = document.querySelector("[data-live-member-of]");

let belongs = true;

// The server repeats it: a note that was closed stays closed.
if (place) {
  document.addEventListener("live:streams", ({ detail }) => {
    const did = belongs;
    belongs = detail.includes(place.dataset.liveMemberOf);
    if (belongs !== did) showNote("left", !belongs);
  });
}
