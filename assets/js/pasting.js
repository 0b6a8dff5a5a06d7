// What is pasted or dropped into the editor becomes what it can keep; the rest is refused aloud.

import { toast } from "./toasts.js";

const PICTURES = "img, picture, svg, video, audio, object, embed, [data-trix-attachment]";
const HEADINGS = "h1, h3, h4, h5, h6";

/** Says it once, however many pictures came together. */
function refuse(sentence) {
  const said = document.querySelector("[data-toasts]").textContent;
  if (!said.includes(sentence)) toast(sentence, "warning");
}

function rename(element, name) {
  const other = document.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

/** Makes a paragraph of each row, its cells parted by a stroke. */
function unfold(table) {
  const rows = [...table.querySelectorAll("tr")].map((row) => {
    const line = document.createElement("p");
    for (const cell of row.querySelectorAll("td, th")) {
      if (line.childNodes.length) line.append(" | ");
      line.append(cell.textContent.trim());
    }
    return line;
  });
  table.replaceWith(...rows);
}

/** Gives the words of a pasted page; tells whether pictures were left out. */
function wordsOf(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const pictures = body.querySelectorAll(PICTURES);
  for (const picture of pictures) picture.remove();
  for (const heading of body.querySelectorAll(HEADINGS)) rename(heading, "h2");
  for (const table of body.querySelectorAll("table")) unfold(table);
  return { html: body.innerHTML, hadPictures: pictures.length > 0 };
}

/** Watches over what comes into an editor; `sentence` says why a picture does not stay. */
export function watchPastes(editor, sentence) {
  editor.addEventListener("trix-before-paste", ({ paste }) => {
    if (!paste.html) return;
    const words = wordsOf(paste.html);
    paste.html = words.html;
    if (words.hadPictures) refuse(sentence);
  });
  editor.addEventListener("trix-file-accept", (event) => {
    event.preventDefault();
    refuse(sentence);
  });
  editor.addEventListener("trix-attachment-add", ({ attachment }) => {
    attachment.remove();
    refuse(sentence);
  });
}
