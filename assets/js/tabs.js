// A row of tabs or filters that is longer than its place begins with the current one in sight.

for (const current of document.querySelectorAll(".tabs [aria-current], .filters [aria-current]")) {
  const row = current.closest("ul");
  const [inner, outer] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
