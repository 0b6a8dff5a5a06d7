// Pictures of a post open whole, over the page: arrow keys go on, Escape goes back to where one was.

import { element } from "./dialog.js";

const UNTOUCHED = ["metaKey", "ctrlKey", "shiftKey", "altKey"];

function button(label, text, act) {
  const made = element("button", { type: "button", className: "button button-second" }, text);
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function open(gallery, first) {
  const words = JSON.parse(gallery.dataset.words);
  const links = [...gallery.querySelectorAll("a")];
  let now = links.indexOf(first);
  const image = element("img", { alt: "", sizes: "100vw" });
  const place = element("span", {});
  const caption = element("p", {});
  caption.setAttribute("role", "status");

  function show(next) {
    now = (next + links.length) % links.length;
    const small = links[now].querySelector("img");
    // The one before must not stand there while the next is on its way.
    image.removeAttribute("src");
    image.srcset = small.srcset;
    image.src = links[now].href;
    image.alt = small.alt;
    caption.textContent = small.alt;
    caption.dir = "auto";
    place.textContent = words.place
      .replace("{n}", now + 1)
      .replace("{total}", links.length);
  }

  const close = button(words.close, "✕", () => dialog.close());
  const ways =
    links.length > 1
      ? [button(words.previous, "←", () => show(now - 1)), place, button(words.next, "→", () => show(now + 1))]
      : [];
  const bar = element("div", { className: "row" }, element("div", { className: "row" }, ...ways), close);
  const dialog = element("dialog", { className: "picture-window" }, bar, image, caption);
  dialog.setAttribute("aria-label", words.label);
  dialog.addEventListener("keydown", ({ key }) => {
    if (key === "ArrowRight") show(now + 1);
    if (key === "ArrowLeft") show(now - 1);
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    links[now].focus();
  });
  show(now);
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-gallery] a");
  if (!link || event.button || UNTOUCHED.some((key) => event[key])) return;
  event.preventDefault();
  open(link.closest("[data-gallery]"), link);
});
