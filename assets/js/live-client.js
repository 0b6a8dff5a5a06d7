// The connection to the server: emits each change once, in order, whatever the network does.
//
// Guarantee: positions in a stream are numbered without holes, so a page that sees position n + 2
// after n knows that it misses one, and asks /changes for it with the reader's own rights. A broadcast
// that got lost is found by the heads that come every 25 s; a cut is made good by the cursor.

import { io } from "socket.io-client";
import { pause } from "./page.js";

const POLLING = 30_000;
const FAILURES_BEFORE_POLLING = 2;
// The session is over, or the cursor is too old, too long, or none that is read any more: the same
// question would be refused for ever.
const FINAL = new Set([400, 401, 403, 410, 413, 414, 415, 422]);

const known = new Map();
let cursor = document.body.dataset.cursor;
let catching = null;
let again = false;
// Something is missing that could not be asked for: what comes next is not the next one.
let isBehind = false;
let failures = 0;
let polling = null;
let wasCut = false;
let stopped = false;

function emit(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function isUpToDate(asFarAsWeKnow) {
  // The last state stays: only loading the page again helps.
  if (stopped) return;
  const connected = asFarAsWeKnow && navigator.onLine;
  emit("live:state", { connected, at: connected ? new Date() : null });
}

const isAhead = ([stream, head]) => head > (known.get(stream) ?? -1);
// Also false where a head lies behind what we know: an older backup came back, or heads came late.
const isShown = (heads) =>
  Object.entries(heads).every(([stream, head]) => known.get(stream) === head);

/** Takes a change if it is the next one; says false where some are missing before it. */
function take(change) {
  const last = known.get(change.stream);
  if (last !== undefined && change.position <= last) return true;
  if (last !== undefined && change.position > last + 1) return false;
  known.set(change.stream, change.position);
  emit("live:change", change);
  return true;
}

async function readPages() {
  for (let more = true; more; ) {
    // By POST: the cursor of a member of many groups is longer than an address may be.
    const answer = await fetch("/api/v1/changes", {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ since: cursor, limit: 100 }),
    });
    if (FINAL.has(answer.status)) return stop();
    if (!answer.ok) throw new Error(`changes: ${answer.status}`);
    const page = await answer.json();
    // The server sends all that we may see: a jump here is a right that we have not, not a loss.
    for (const change of page.changes) {
      const last = known.get(change.stream) ?? 0;
      known.set(change.stream, Math.max(last, change.position));
      if (change.position > last) emit("live:change", change);
    }
    cursor = page.cursor;
    more = page.more;
    emit("live:streams", page.streams);
  }
}

/** Asks for what is missing; one question at a time, and once more if asked meanwhile. */
async function catchUp(heads = {}) {
  if (!cursor || stopped) return;
  if (catching) {
    again = true;
    return catching;
  }
  catching = readPages()
    .then(() => {
      for (const [stream, head] of Object.entries(heads)) {
        known.set(stream, Math.max(known.get(stream) ?? 0, head));
      }
      isBehind = false;
      // Values that were broadcast meanwhile are in no stream: those who show them read them again.
      emit("live:values-missed", { isPolling: polling !== null });
      isUpToDate(true);
    })
    .catch(() => {
      isBehind = true;
      isUpToDate(false);
    })
    .finally(() => {
      catching = null;
      if (again) {
        again = false;
        catchUp();
      }
    });
  return catching;
}

function startPolling() {
  polling ??= setInterval(() => pause(3000).then(() => catchUp()), POLLING);
  catchUp();
}

function stopPolling() {
  clearInterval(polling);
  polling = null;
}

/** Ends it all, for asking again would not help: only loading the page does. */
function stop() {
  stopped = true;
  stopPolling();
  socket.disconnect();
  emit("live:resync");
}

const socket = io("/live", { transports: ["websocket"], reconnectionDelayMax: 20_000 });

socket.on("ready", async (ready) => {
  failures = 0;
  if (wasCut) emit("live:values-missed", { isPolling: false });
  wasCut = false;
  emit("live:streams", Object.keys(ready.heads));
  stopPolling();
  // A page that missed nothing asks for nothing: a thousand pages come back at once after a restart.
  if (!cursor || (!isBehind && !catching && isShown(ready.heads))) cursor = ready.cursor;
  if (cursor === ready.cursor) {
    // Broadcasts that came before this message are newer than it.
    for (const [stream, head] of Object.entries(ready.heads)) {
      known.set(stream, Math.max(known.get(stream) ?? 0, head));
    }
    isBehind = false;
    isUpToDate(true);
  } else {
    await catchUp(ready.heads);
  }
});

socket.on("change", (change) => {
  // A present value is numbered in no stream, and none is missing before it.
  if (!("position" in change)) emit("live:change", change);
  else if (catching) again = true;
  else if (isBehind || !take(change)) catchUp();
});

socket.on("heads", async (heads) => {
  emit("live:streams", Object.keys(heads));
  if (!isBehind && !Object.entries(heads).some(isAhead)) return isUpToDate(true);
  await pause(2000);
  catchUp(heads);
});

socket.on("disconnect", () => {
  wasCut = true;
  isUpToDate(false);
});

socket.on("connect_error", () => {
  failures += 1;
  // Refused, not failed: the client does not try again, but /changes says why. Where it was one
  // page too many, there may be room later.
  if (!socket.active) setTimeout(() => stopped || socket.connect(), 2 * POLLING);
  if (failures >= FAILURES_BEFORE_POLLING || !socket.active) startPolling();
});

window.addEventListener("offline", () => isUpToDate(false));
window.addEventListener("online", () => catchUp());
