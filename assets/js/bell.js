// The bell's counter: always the server's own number, never one that we added up.

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

// Lines come, are read, and go when what waited is settled or an invitation ends.
const MOVES_THE_BELL = /^(notification|waiting|join)\./;
// A line goes with what it tells of. All of a group hear of that: only who has lines asks, in time.
const MAY_LOWER_IT = /^(comment|post)\.removed$/;
const hasLines = () => document.querySelector("[data-bell-count]:not([hidden])") !== null;

document.addEventListener("live:change", ({ detail }) => {
  if (newLines && detail.kind === "notification.added") newLines.hidden = false;
  if (MOVES_THE_BELL.test(detail.kind)) refresh();
  else if (MAY_LOWER_IT.test(detail.kind) && hasLines()) refresh(3000);
});

document.addEventListener("live:state", ({ detail }) => {
  if (isBehind && detail.connected) refresh();
});
