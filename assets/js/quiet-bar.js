// "2 new posts": says it quietly, and fetches them when asked. Nothing jumps under the finger, and
// one post does not make a thousand pages ask at once.

import { announceContent, fetchFragment, say, viewer } from "./page.js";
import { isOfKind } from "./post-kind.js";
import { toast } from "./toasts.js";

const bar = document.querySelector("[data-quiet-bar]");
const button = bar?.querySelector("button");
const waiting = new Set();
const asked = new Set();
// The streams that announced a post: in two of the reader's groups it is one post.
const announced = new Map();

function concerns(change) {
  const { stream } = bar.dataset;
  return stream ? change.stream === stream : change.stream.startsWith("group:");
}

function show() {
  const n = waiting.size;
  button.hidden = n === 0;
  if (n) button.querySelector("span").textContent = say(n === 1 ? "newPost" : "newPosts", { n });
}

const isShown = (id) => document.getElementById(`post-${id}`) !== null;
const isHere = (card) => isShown(card.dataset.post);

/** Returns whether cards meet those of the page: else there are more, older ones, between them. */
const meet = (cards, feed) => !feed.querySelector("[data-post]") || cards.some(isHere);

function insert(cards, feed) {
  const fresh = cards.filter((card) => !isHere(card));
  for (const card of fresh) card.classList.add("card-new");
  feed.prepend(...fresh);
  feed.hidden = false;
  for (const card of fresh) {
    announceContent(card);
    window.htmx?.process(card);
  }
  return fresh[0];
}

/** Drops the ids known before the page asked, and those that came along; later ones wait. */
function settle(known) {
  for (const id of waiting) if (known.includes(id) || isShown(id)) waiting.delete(id);
  show();
}

async function load() {
  const known = [...waiting];
  button.setAttribute("aria-disabled", "true");
  try {
    const fragment = await fetchFragment(bar.dataset.quietBar);
    const feed = document.querySelector("[data-feed]");
    const cards = [...(fragment?.querySelectorAll("[data-post]") ?? [])];
    // From its top, for it is another page then.
    if (!feed || !meet(cards, feed)) return location.assign(bar.dataset.quietBar);
    const first = insert(cards, feed);
    settle(known);
    if (first) first.tabIndex = -1;
    (first ?? document.querySelector("main")).focus();
    first?.scrollIntoView({ block: "start" });
  } catch {
    toast(say("failed"), "error");
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** Counts what can be shown here: on a page of one kind, nothing of another. */
async function add(id) {
  const { kind } = bar.dataset;
  asked.add(id);
  const isWanted = !kind || (await isOfKind(id, kind));
  // It may have gone, or come in, while that was asked.
  if (!asked.delete(id) || !isWanted || isShown(id)) return;
  waiting.add(id);
  show();
}

function drop(id) {
  asked.delete(id);
  if (waiting.delete(id)) show();
}

if (bar) {
  button.addEventListener("click", load);
  document.addEventListener("live:change", ({ detail }) => {
    if (!concerns(detail)) return;
    const { id } = detail.subject;
    const streams = announced.get(id) ?? new Set();
    if (detail.kind === "post.published" && detail.actor !== viewer) {
      announced.set(id, streams.add(detail.stream));
      add(id);
    }
    if (detail.kind === "post.removed") {
      streams.delete(detail.stream);
      if (!streams.size) drop(id);
    }
  });
}
