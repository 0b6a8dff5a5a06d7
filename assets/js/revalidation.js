// A page that the browser stored (see web/entity_tags.py) is asked about anew when its history shows
// it again: browsers take it as it is otherwise.

const [{ type, transferSize }] = performance.getEntriesByType("navigation");
if (type === "back_forward" && transferSize === 0) location.reload();
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
