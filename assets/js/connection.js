// The honest word on the connection: "Offline, up to date at 10:42".

import { say } from "./page.js";
import { hour } from "./times.js";

// A short cut that mends itself is nobody's business.
const DISCRETION = 3000;
const GOOD_NEWS = 4000;

const line = document.querySelector("[data-connection] .connection");
const words = line?.querySelector("span");
let upToDate = new Date();
let connected = true;
let timer;

function showOffline() {
  words.textContent = say("offline", { time: hour(upToDate) });
  line.hidden = false;
}

function showOnline() {
  if (line.hidden) return;
  words.textContent = say("online");
  timer = setTimeout(() => {
    line.hidden = true;
  }, GOOD_NEWS);
}

function showStale() {
  const again = document.createElement("a");
  again.href = location.href;
  again.textContent = say("reload");
  words.replaceChildren(say("stale"), " ", again);
  line.hidden = false;
}

if (line) {
  document.addEventListener("live:state", ({ detail }) => {
    document.documentElement.dataset.connection = detail.connected ? "online" : "offline";
    if (detail.connected) upToDate = detail.at;
    if (detail.connected === connected) return;
    connected = detail.connected;
    clearTimeout(timer);
    if (connected) showOnline();
    else timer = setTimeout(showOffline, DISCRETION);
  });
  document.addEventListener("live:resync", () => {
    clearTimeout(timer);
    document.documentElement.dataset.connection = "stale";
    showStale();
  });
}
