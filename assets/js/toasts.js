// Short messages that a script has to say, in the live region of the frame.

const LONG_ENOUGH = 8000;

/** Shows a message for some seconds; `kind`: info, success, warning, error. */
export function toast(text, kind = "info") {
  const region = document.querySelector("[data-toasts]");
  const box = document.createElement("div");
  box.className = `flash flash-${kind}`;
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  region.append(box);
  setTimeout(() => box.remove(), LONG_ENOUGH);
}
