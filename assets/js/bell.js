// The bell's counter: always the server's own number, never a sum of changes.

import { pause } from "./page.js";

const MOST = 99;
const newLines = document.querySelector("[data-new-lines] > a");
const title = document.title.replace(/^\(\d+\+?\) /, "");
let isBehind = false;
let asked = 0;
let answered = 0;

function show(unread) {
  const number = unread > MOST ? `${MOST}+` : String(unread);
  for (const bell of document.querySelectorAll("[data-bell]")) {
    const count = bell.querySelector("[data-bell-count]");
    count.hidden = unread === 0;
    count.firstElementChild.textContent = number;
  }
  document.title = unread ? `(${number}) ${title}` : title;
}

/** Gives the server's number; null where it did not come. */
async function ask() {
  try {
    const answer = await fetch("/notifications/compteur", { credentials: "same-origin" });
    return answer.ok ? (await answer.json()).unread : null;
  } catch {
    return null;
  }
}

async function refresh(within = 500) {
  await pause(within);
  const turn = ++asked;
  const unread = await ask();
  // One that was asked later has been answered before: this one is of the past.
  if (turn < answered) return;
  answered = turn;
  isBehind = unread === null;
  if (!isBehind) show(unread);
}

// A line goes with what it is about, and when what waited is settled or an invitation ends.
const MOVES_THE_BELL = /^(waiting|join)\./;
// All of a group hear of these: only a page with unread lines asks, in time.
const MAY_LOWER_IT = /^(comment|post)\.removed$/;
const hasLines = () => document.querySelector("[data-bell-count]:not([hidden])") !== null;
let readAt = "";

/** Shows a number that was broadcast, unless a newer one was shown. */
function take({ unread, at, subject }) {
  if (at < readAt) return;
  readAt = at;
  // What is being asked for may be older.
  answered = ++asked;
  isBehind = false;
  show(unread);
  if (newLines && subject.id > Number(newLines.parentElement.dataset.newLines)) {
    newLines.hidden = false;
  }
}

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind === "notification.count") take(detail);
  else if (MOVES_THE_BELL.test(detail.kind)) refresh();
  else if (MAY_LOWER_IT.test(detail.kind) && hasLines()) refresh(3000);
});

// A socket that opens is sent the number; a page that polls asks for it.
document.addEventListener("live:values-missed", ({ detail }) => {
  if (detail.isPolling) refresh();
});

document.addEventListener("live:state", ({ detail }) => {
  if (isBehind && detail.connected) refresh();
});
