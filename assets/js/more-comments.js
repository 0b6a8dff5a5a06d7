// More of a long discussion, which htmx puts where its link stood. The focus goes to the first comment
// that is new, so that one reads on from there; how many there are is said politely.

import { announceContent, say } from "./page.js";

const section = document.querySelector("[data-comments]");
let answered = null;

function show(comments) {
  for (const comment of comments) announceContent(comment);
  const said = say(comments.length === 1 ? "commentShown" : "commentsShown", { n: comments.length });
  section.querySelector("[data-comments-status]").textContent = said;
  comments[0]?.focus({ preventScroll: true });
  comments[0]?.scrollIntoView({ block: "start" });
}

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const link = detail.requestConfig.elt.closest("[data-more]");
  if (!link || answered === detail.xhr) return;
  // htmx says it for each new element: the first time, all of them are there.
  answered = detail.xhr;
  const list = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
  const ids = [...list.querySelectorAll("[data-comment]")].map((comment) => comment.id);
  show(ids.map((id) => document.getElementById(id)).filter(Boolean));
});
