// The <details> menus of the page: Escape, a click elsewhere or leaving them closes them. A question
// that is asked over one leaves it open, so that the focus finds its way back.

function openMenus() {
  return document.querySelectorAll("details[data-menu][open]");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  for (const menu of openMenus()) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary").focus();
  }
});

for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest?.("dialog")) return;
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
}
