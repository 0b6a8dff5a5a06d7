// How many cases wait in a group, for its moderators: always the server's own number.

const readAt = new Map();

document.addEventListener("live:change", ({ detail }) => {
  if (detail.kind !== "case.count") return;
  const group = String(detail.subject.id);
  if (detail.at < (readAt.get(group) ?? "")) return;
  readAt.set(group, detail.at);
  for (const count of document.querySelectorAll(`[data-case-count="${group}"]`)) {
    count.hidden = detail.waiting === 0;
    count.firstElementChild.textContent = String(detail.waiting);
  }
});
