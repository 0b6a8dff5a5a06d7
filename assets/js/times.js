// Turns the times of the page into "2 hours ago"; the exact time stays for the mouse and for ears.

import { say } from "./page.js";

const MINUTE = 60;
const HOUR = 3600;
const A_DAY = 86_400_000;
const A_WEEK = 7;

// English dates go from the day to the year, as the pages write them.
const language = { en: "en-GB" }[document.documentElement.lang] ?? "fr";
// The exact times on the page are those of this zone: yesterday is, too.
const zone = document.body.dataset.zone;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "long" });
const shortDate = new Intl.DateTimeFormat(language, dateIn({}));
const longDate = new Intl.DateTimeFormat(language, dateIn({ year: "numeric" }));
const clock = new Intl.DateTimeFormat("en-US", {
  ...{ hour: "numeric", minute: "2-digit", timeZone: zone },
  hourCycle: language === "fr" ? "h23" : "h12",
});
const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: zone });

function dateIn(more) {
  return { day: "numeric", month: "long", timeZone: zone, ...more };
}

/** Writes a day; the first of a French month is "1er". */
function day(date, format = longDate) {
  const words = format.format(date);
  return language === "fr" ? words.replace(/^1 /, "1er ") : words;
}

/** Counts days as a calendar does: ten minutes may lie between yesterday and today. */
function daysBetween(earlier, later) {
  const [first, last] = [earlier, later].map((each) => Date.parse(calendar.format(each)));
  return Math.round((last - first) / A_DAY);
}

function inWords(instant, now = new Date()) {
  const seconds = Math.round((instant - now) / 1000);
  if (Math.abs(seconds) < MINUTE) return say("justNow");
  if (Math.abs(seconds) < HOUR) return relative.format(Math.trunc(seconds / MINUTE), "minute");
  const days = daysBetween(now, instant);
  if (days === 0) return relative.format(Math.trunc(seconds / HOUR), "hour");
  if (Math.abs(days) < A_WEEK) return relative.format(days, "day");
  const [then, thisYear] = [instant, now].map((each) => calendar.format(each).slice(0, 4));
  return day(instant, then === thisYear ? shortDate : longDate);
}

/** Writes an hour as the pages do: "7 h 42" and "7 h" in French, "7:42 am" and "noon" in English. */
export function hour(date) {
  const parts = clock.formatToParts(date).map(({ type, value }) => [type, value]);
  const { hour: hours, minute, dayPeriod } = Object.fromEntries(parts);
  if (language !== "fr" && hours === "12" && minute === "00" && dayPeriod === "PM") return "noon";
  if (language !== "fr") return `${hours}:${minute}\u00a0${dayPeriod.toLowerCase()}`;
  return [Number(hours), "h", ...(minute === "00" ? [] : [minute])].join("\u00a0");
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
