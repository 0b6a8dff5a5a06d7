// Comments come in and go while a post is being read, in the order in which they did, each of them
// once. Each is fetched with the reader's rights.
//
// A long discussion is in the page by parts: what is said where the page does not reach, and what the
// network did not bring, is led to instead.

import { forgetElsewhere, leadElsewhere } from "./comments-elsewhere.js";
import { announceContent, fetchFragment, say } from "./page.js";
import { turns } from "./turns.js";

const section = document.querySelector("[data-comments]");
const inTurn = turns(800);

const isShown = (id) => document.getElementById(`comment-${id}`) !== null;

/** Says the server's own number, for a long discussion is not whole in the page. */
function count(said) {
  section.dataset.count = said;
  const words = ["noComment", "comment"][said] ?? "comments";
  section.querySelector("h2").textContent = say(words, { n: said });
  const empty = section.querySelector("[data-comments-empty]");
  if (empty) empty.hidden = said > 0;
}

const labelOf = (item) => item.querySelector("article").getAttribute("aria-label");

function announce(sentence) {
  section.querySelector("[data-comments-status]").textContent = sentence;
}

const goesOn = (list) => list.querySelector(":scope > [data-more=later]") !== null;

/** Finds the list at whose end a comment belongs; none where its end is not in the page. */
function listOf(item) {
  const { replyTo } = item.dataset;
  if (replyTo) {
    const first = document.getElementById(`comment-${replyTo}`);
    const answers = first?.querySelector("[data-answers]");
    return answers && !goesOn(answers) ? answers : null;
  }
  const list = section.querySelector("[data-comment-list]");
  return section.dataset.oneThread !== undefined || goesOn(list) ? null : list;
}

function place(item, list) {
  item.classList.add("comment-new");
  list.hidden = false;
  list.append(item);
  announceContent(item);
  announce(say("newComment", { label: labelOf(item) }));
}

/** Gives a comment; null where there is none to show, undefined where it did not come through. */
async function fetchComment(id) {
  try {
    const fragment = await fetchFragment(section.dataset.commentUrl + id);
    return fragment && fragment.querySelector("[data-comment]");
  } catch {
    return undefined;
  }
}

/** Shows what was added, unless it came in with its thread, or went, before its turn. */
async function add(id) {
  if (isShown(id)) return;
  const item = await fetchComment(id);
  if (item === null || isShown(id)) return;
  if (item) count(Number(item.dataset.total));
  if (item?.dataset.gone !== undefined) return;
  const list = item && listOf(item);
  if (list) place(item, list);
  else leadElsewhere(section, id);
}

const isWritten = (item) =>
  [...item.querySelectorAll("textarea")].some((area) => area.value.trim() !== "");

/**
 * Puts in what a removed comment leaves, and around the answer that is being written to it, which
 * stays where it is, under the fingers: it becomes a comment of its own.
 */
function keepAnswer(article, fresh) {
  const foot = article.querySelector(".comment-foot");
  const reply = foot.querySelector(".reply");
  for (const part of [...article.children]) if (part !== foot) part.remove();
  for (const part of [...foot.children]) if (part !== reply) part.remove();
  foot.before(...fresh.childNodes);
  article.setAttribute("aria-label", fresh.getAttribute("aria-label"));
  reply.open = true;
  reply.querySelector("summary").hidden = true;
  reply.querySelector("[name=reply_to]").remove();
}

/**
 * Replaces the comment alone, by what the server writes for any that was removed: the answers under
 * it stay where they are.
 */
function clear(old) {
  const { content } = section.querySelector("[data-comment-removed]");
  const fresh = document.importNode(content.querySelector(".comment"), true);
  const article = old.querySelector(".comment");
  old.dataset.gone = "";
  if (isWritten(article)) {
    keepAnswer(article, fresh);
    return say("answerKept");
  }
  const hadFocus = article.contains(document.activeElement);
  article.replaceWith(fresh);
  if (hadFocus) old.focus();
  return "";
}

/** Its words go whatever the network does; only how many are left is the server's to say. */
async function remove(id) {
  forgetElsewhere(section, (each) => each === id);
  const old = document.getElementById(`comment-${id}`);
  if (old?.dataset.gone !== undefined) return;
  if (old) {
    const label = labelOf(old);
    announce(`${say("removedComment", { label })} ${clear(old)}`);
  }
  const item = await fetchComment(id);
  if (item) count(Number(item.dataset.total));
}

/** Shows what a comment says now, unless an answer is being written in it. */
async function renew(id) {
  const old = document.getElementById(`comment-${id}`);
  const article = old?.querySelector(".comment");
  if (!article || (old.dataset.gone === undefined && isWritten(article))) return;
  const item = await fetchComment(id);
  if (!item) return;
  count(Number(item.dataset.total));
  const fresh = item.querySelector(".comment");
  const hadFocus = article.contains(document.activeElement);
  if (item.dataset.gone === undefined) delete old.dataset.gone;
  article.replaceWith(fresh);
  announceContent(old);
  window.htmx?.process(fresh);
  if (hadFocus) old.focus();
}

/** Puts back what was removed: in its place where that is in the page. */
const restore = (id) => (isShown(id) ? renew(id) : add(id));

/** What is being typed stays, though nobody can send it until the comments are open again. */
function lock({ subject, locked }) {
  if (subject.type !== "post" || subject.id !== Number(section.dataset.comments)) return;
  section.querySelector("[data-comments-locked]").hidden = !locked;
}

if (section) {
  document.addEventListener("live:change", ({ detail }) => {
    if (detail.kind === "comments.locked") lock(detail);
    if (detail.post !== Number(section.dataset.comments)) return;
    if (detail.kind === "comment.added") inTurn(() => add(detail.subject.id));
    if (detail.kind === "comment.edited") inTurn(() => renew(detail.subject.id));
    if (detail.kind === "comment.restored") inTurn(() => restore(detail.subject.id));
    if (detail.kind === "comment.removed") inTurn(() => remove(detail.subject.id));
  });
  document.addEventListener("content:added", () => forgetElsewhere(section, isShown));
}
