// What is pasted into the editor becomes what it can keep; the rest is refused aloud.

import Trix from "trix";
import { toast } from "../toasts.js";
import { blocksOf, blocksOfWords, parse } from "./reading.js";
import { cleaned } from "./signs.js";

const PICTURES = "img, picture, svg, video, audio, object, embed, [data-trix-attachment]";
const HEADING = /^heading/;
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

/** Gives the block at a position, and its words on both sides of it. */
function around(document, position) {
  const { index, offset } = document.locationFromPosition(position);
  const block = document.getBlockAtIndex(index);
  const words = block.getTextWithoutBlockBreak().toString();
  return { block, before: words.slice(0, offset), after: words.slice(offset) };
}

/** Makes an empty block in the place of what is selected; gives the document and where it is. */
function parted(document, [start, end]) {
  const { before, block } = around(document, start);
  const { after } = around(document, end);
  if (!before.trim() && !after.trim()) return [document, [start, end]];
  const from = start - (before.length - before.trimEnd().length);
  const to = end + (after.length - after.trimStart().length);
  const attributes = block.getAttributes().filter((name) => !HEADING.test(name));
  const empty = Trix.Document.fromJSON([{ text: [], attributes }]);
  const made = document.removeTextAtRange([from, to]).insertDocumentAtRange(empty, [from, from]);
  const at = before.trim() ? from + 1 : from;
  return [made, [at, at]];
}

/**
 * Puts blocks in the place of what is selected. Those on lines of their own part the words around
 * them; others go on with these words.
 */
function insert(editor, blocks, { isOnOwnLine }) {
  const pasted = Trix.Document.fromJSON(blocks);
  const selection = editor.getSelectedRange();
  const document = editor.getDocument();
  const [made, range] = isOnOwnLine ? parted(document, selection) : [document, selection];
  editor.recordUndoEntry("Paste");
  editor.composition.setDocument(made.mergeDocumentAtRange(pasted, range));
  editor.setSelectedRange(range[0] + pasted.getLength() - 1);
}

/** Returns whether blocks are more than one line of words. */
function isManyLines(blocks) {
  const words = blocks[0].text.map(({ string }) => string).join("");
  return blocks.length > 1 || words.trim().includes("\n");
}

/** Reads a pasted page into blocks; says aloud that its pictures do not stay. */
function read(html, sentence) {
  const body = parse(html);
  const pictures = body.querySelectorAll(PICTURES);
  // A picture parts the words around it.
  for (const picture of pictures) picture.replaceWith(" ");
  if (pictures.length) refuse(sentence);
  const blocks = blocksOf(body);
  return { blocks, isTable: body.querySelectorAll("td, th").length > 1 };
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
    const { blocks, isTable } = html ? read(html, sentence) : { blocks: [], isTable: false };
    const made = blocks.length ? blocks : blocksOfWords(cleaned(html ? words.trim() : words));
    if (made.length) insert(editor, made, { isOnOwnLine: isTable || isManyLines(made) });
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
