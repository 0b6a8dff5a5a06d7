// A chapter of a recording that is played in the page: its time leads there, and begins to play.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chapter]");
  const player = link && document.querySelector(".recording");
  if (!player || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  player.currentTime = Number(link.dataset.chapter);
  player.focus();
  player.play().catch(() => {});
});
