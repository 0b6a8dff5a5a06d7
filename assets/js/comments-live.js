// Comments come in and go while a post is being read. Each is fetched with the reader's rights.

import { announceContent, fetchFragment, pause, say } from "./page.js";

const section = document.querySelector("[data-comments]");

/** Counts from the server's own number, for a long thread is not whole in the page. */
function count(step) {
  const said = Math.max(0, Number(section.dataset.count) + step);
  section.dataset.count = said;
  section.querySelector("h2").textContent = say(said === 1 ? "comment" : "comments", { n: said });
  const empty = section.querySelector("[data-comments-empty]");
  if (empty) empty.hidden = said > 0;
}

function place(item) {
  const answered = document.getElementById(`comment-${item.dataset.replyTo}`);
  const list = answered?.closest("[data-answers]") ?? answered?.querySelector("[data-answers]");
  if (list) list.hidden = false;
  (list ?? section.querySelector("[data-comment-list]")).append(item);
}

async function fetchComment(id) {
  await pause(800);
  const fragment = await fetchFragment(section.dataset.commentUrl + id).catch(() => null);
  return fragment?.querySelector("[data-comment]");
}

async function add(id) {
  if (document.getElementById(`comment-${id}`)) return;
  const item = await fetchComment(id);
  if (!item || document.getElementById(`comment-${id}`)) return;
  item.classList.add("comment-new");
  place(item);
  announceContent(item);
  const label = item.querySelector("article").getAttribute("aria-label");
  section.querySelector("[data-comments-status]").textContent = say("newComment", { label });
  count(1);
}

/** Replaces the comment alone: the answers under it stay where they are. */
async function remove(id) {
  const old = document.getElementById(`comment-${id}`);
  if (!old || old.dataset.gone !== undefined) return;
  const item = await fetchComment(id);
  if (item) {
    old.dataset.gone = "";
    old.querySelector(".comment").replaceWith(item.querySelector(".comment"));
  } else {
    old.remove();
  }
  count(-1);
}

if (section) {
  document.addEventListener("live:change", ({ detail }) => {
    if (detail.post !== Number(section.dataset.comments)) return;
    if (detail.kind === "comment.added") add(detail.subject.id);
    if (detail.kind === "comment.removed") remove(detail.subject.id);
  });
}
