// The agenda: it prints, and in the table of a month the arrow keys go from day to day. One day is
// reached by Tab, as one does with a calendar; without scripts each is.

const print = document.querySelector("[data-agenda] [data-print]");
print.hidden = false;
print.addEventListener("click", () => window.print());

const table = document.querySelector("[data-month]");
const days = [...(table?.querySelectorAll("[data-day]") ?? [])];
const WEEK = 7;

function reach(day) {
  for (const each of days) each.tabIndex = each === day ? 0 : -1;
}

const step = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: () => -WEEK,
  ArrowDown: () => WEEK,
  Home: (at) => -(at % WEEK),
  End: (at) => WEEK - 1 - (at % WEEK),
};

function move(event) {
  const day = event.target.closest("[data-day]");
  if (!day || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === "PageUp" || event.key === "PageDown") {
    event.preventDefault();
    document.querySelector(`[data-months] [rel=${event.key === "PageUp" ? "prev" : "next"}]`).click();
    return;
  }
  const at = days.indexOf(day);
  const next = days[at + (step[event.key]?.(at) ?? 0)];
  if (!(event.key in step)) return;
  event.preventDefault();
  if (!next) return;
  reach(next);
  next.focus();
}

if (table) {
  reach(days.find((day) => day.ariaCurrent) ?? days.find((day) => !day.closest(".is-outside")));
  table.addEventListener("keydown", move);
  table.addEventListener("focusin", (event) => {
    const day = event.target.closest("[data-day]");
    if (day) reach(day);
  });
}
