// What is pasted into the editor becomes what it can keep; the rest is refused aloud.

import Trix from "trix";
import { toast } from "../toasts.js";
import { blocksOf, blocksOfWords, parse } from "./reading.js";
import { cleaned } from "./signs.js";

const PICTURES = "img, picture, svg, video, audio, object, embed, [data-trix-attachment]";
const ADDRESS = /^(https?:\/\/|www\.)[^\s<>"]+\.[^\s<>"]+$/i;

/** Says it once, however many pictures came together. */
function refuse(sentence) {
  const said = document.querySelector("[data-toasts]").textContent;
  if (!said.includes(sentence)) toast(sentence, "warning");
}

/** Gives the one address that is pasted, completed; null for other words. */
function addressOf(words) {
  const address = cleaned(words).trim();
  if (!ADDRESS.test(address)) return null;
  return /^www\./i.test(address) ? `https://${address}` : address;
}

function selected(editor) {
  return editor.getDocument().getStringAtRange(editor.getSelectedRange());
}

/** Puts blocks in the place of what is selected: the first one goes on with the words before. */
function insert(editor, blocks) {
  const range = editor.getSelectedRange();
  const pasted = Trix.Document.fromJSON(blocks);
  editor.recordUndoEntry("Paste");
  editor.composition.setDocument(editor.getDocument().mergeDocumentAtRange(pasted, range));
  editor.setSelectedRange(range[0] + pasted.getLength() - 1);
}

/** Reads a pasted page; says aloud that its pictures do not stay. */
function read(html, sentence) {
  const body = parse(html);
  const pictures = body.querySelectorAll(PICTURES);
  // A picture parts the words around it.
  for (const picture of pictures) picture.replaceWith(" ");
  if (pictures.length) refuse(sentence);
  return blocksOf(body);
}

function paste(editor, data, sentence) {
  const html = data.getData("text/html");
  const words = data.getData("text/plain");
  if (!html && !words) return false;
  const address = addressOf(words);
  const [start, end] = editor.getSelectedRange();
  if (address && start !== end && !selected(editor).includes("\n")) {
    editor.recordUndoEntry("Link");
    editor.activateAttribute("href", address);
  } else if (editor.attributeIsActive("code")) {
    editor.recordUndoEntry("Paste");
    editor.insertString(cleaned(words));
  } else {
    const blocks = html ? read(html, sentence) : [];
    const made = blocks.length ? blocks : blocksOfWords(cleaned(html ? words.trim() : words));
    if (made.length) insert(editor, made);
  }
  return true;
}

/** Watches over what comes into an editor; `sentence` says why a picture does not stay. */
export function watchPastes(box, element, sentence) {
  const take = (event) => {
    if (!element.editor || !element.contains(event.target)) return;
    if (!paste(element.editor, event.clipboardData, sentence)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  // Before Trix, which would read the page by itself.
  box.addEventListener("paste", take, { capture: true });
  element.addEventListener("trix-before-paste", ({ paste: dropped }) => {
    if (dropped.html) dropped.html = parse(dropped.html).textContent.replace(/[&<>]/g, " ");
  });
  element.addEventListener("trix-file-accept", (event) => {
    event.preventDefault();
    refuse(sentence);
  });
  element.addEventListener("trix-attachment-add", ({ attachment }) => {
    attachment.remove();
    refuse(sentence);
  });
}
