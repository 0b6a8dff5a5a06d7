// Turns the times of the page into "2 hours ago"; the exact time stays for the mouse and for ears.

import { say } from "./page.js";

const STEPS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const A_WEEK = 7 * 86400;

const language = document.documentElement.lang || "fr";
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "long" });
const shortDate = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" });
const longDate = new Intl.DateTimeFormat(language, {
  day: "numeric",
  month: "long",
  year: "numeric",
});

/** Writes a day; the first of a French month is "1er". */
function day(date, format = longDate) {
  const words = format.format(date);
  return language === "fr" ? words.replace(/^1 /, "1er ") : words;
}

function inWords(instant) {
  const seconds = Math.round((instant - Date.now()) / 1000);
  if (Math.abs(seconds) > A_WEEK) {
    const thisYear = instant.getFullYear() === new Date().getFullYear();
    return day(instant, thisYear ? shortDate : longDate);
  }
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "second");
}

/** Writes an hour as the pages do: "7 h 42" in French. */
export function hour(date) {
  const words = date.toLocaleTimeString(language, { timeStyle: "short" });
  return language === "fr" ? words.replace(/^0?(\d+):/, "$1\u00a0h\u00a0") : words;
}

/** Writes a day and its hour as the pages do. */
export function dayAndHour(date) {
  return say("dayAndHour", { day: day(date), hour: hour(date) });
}

function rewrite(element) {
  if (!element.title) {
    const exact = document.createElement("span");
    exact.className = "visually-hidden";
    exact.textContent = element.textContent.trim();
    const visible = document.createElement("span");
    visible.ariaHidden = "true";
    element.title = exact.textContent;
    element.replaceChildren(visible, exact);
  }
  const words = inWords(new Date(element.dateTime));
  if (element.firstChild.textContent !== words) element.firstChild.textContent = words;
}

function rewriteAll(root = document) {
  for (const element of root.querySelectorAll("time[data-relative]")) rewrite(element);
}

rewriteAll();
setInterval(rewriteAll, 60_000);
document.addEventListener("content:added", (event) => rewriteAll(event.detail));
document.addEventListener("htmx:load", (event) => rewriteAll(event.target));
