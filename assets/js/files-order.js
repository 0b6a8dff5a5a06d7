// The order of the files of a form: by buttons, and by dragging a picture or its sign.

let dragged = null;

/** Moves an item by one place; returns whether there was one. */
export function move(item, step) {
  const others = [...item.parentElement.children].filter((each) => each.dataset.file !== undefined);
  const other = others[others.indexOf(item) + step];
  if (!other) return false;
  if (step < 0) other.before(item);
  else other.after(item);
  return true;
}

/** Lets the items of a list be dragged by what stands first in them; `moved` gets the one that was. */
export function letDrag(list, moved) {
  list.addEventListener("pointerdown", ({ target }) => {
    const item = target.closest("[data-file-thumb]")?.closest("[data-file]");
    if (item) item.draggable = true;
  });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-file]");
    dragged?.classList.add("file-dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    if (!dragged || dragged.parentElement !== list) return;
    event.preventDefault();
    const over = event.target.closest("[data-file]");
    if (!over || over === dragged) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY < top + height / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("drop", (event) => dragged && event.preventDefault());
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    const item = dragged;
    dragged = null;
    item.draggable = false;
    item.classList.remove("file-dragged");
    moved(item);
  });
}

/** Returns whether files of the device are dragged, and not an item of a list. */
export const bringsFiles = (event) =>
  !dragged && [...(event.dataTransfer?.types ?? [])].includes("Files");
