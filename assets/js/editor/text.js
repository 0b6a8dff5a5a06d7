// The text of an editor and the form's fields: the text area that is sent, and the one that says
// that it is HTML. An unchanged text is sent as it came, to the last sign.

import { blocksOf, blocksOfWords, parse } from "./reading.js";
import { blocksOfDocument, htmlOf } from "./writing.js";

const ALIKE = [
  "b, strong", "i, em", "s, del", "u", "sup", "sub", "code", "a", "h2", "h3", "pre", "ul", "ol", "li",
  "blockquote",
];
const squeezed = (element) => element.textContent.replace(/\s+/g, "");

/** Says what a text is made of: all its words, and how many stand in which tags. */
function outline(html) {
  const body = parse(html);
  const sizes = ALIKE.map((selector) => {
    const found = [...body.querySelectorAll(selector)];
    return found.reduce((length, each) => length + squeezed(each).length, 0);
  });
  const counts = ["li", "blockquote", "pre"].map((tag) => body.querySelectorAll(tag).length);
  return JSON.stringify([squeezed(body), sizes, counts]);
}

export class Text {
  /** `area` is the form's text area, `element` the editor that stands for it. */
  constructor(area, element) {
    this.area = area;
    this.element = element;
    this.format = area.form.elements.namedItem(area.dataset.format);
    this.source = null; // the HTML that was read; null for words
    this.loaded = ""; // what the editor makes of it
  }

  /** Reads what the form holds when the editor starts: given, typed before, or given back. */
  start() {
    const { area, format } = this;
    const given = area.dataset.html ?? htmlOf(blocksOfWords(area.defaultValue));
    const isGiven = format.value !== "html" && area.value === area.defaultValue && area.dataset.html;
    if (isGiven) this.load(blocksOf(parse(given)), given);
    else this.take();
    area.defaultValue = given;
    format.defaultValue = "html";
  }

  /** Reads the text area, in the format that its form says. */
  take() {
    const { value } = this.area;
    if (this.format.value === "html") this.load(blocksOf(parse(value)), value);
    else this.load(blocksOfWords(value), null);
  }

  load(blocks, source) {
    this.element.editor.loadJSON({ document: blocks });
    this.loaded = this.html;
    this.source = source;
    this.write();
  }

  get html() {
    return htmlOf(blocksOfDocument(this.element.editor.getDocument()));
  }

  write() {
    const { html } = this;
    this.area.value = this.source !== null && html === this.loaded ? this.source : html;
    this.written = this.area.value;
    this.format.value = "html";
  }

  /** Returns whether something would be lost of what was read, once it is changed. */
  get isSimplified() {
    return this.source !== null && outline(this.source) !== outline(this.loaded);
  }

  /** Returns whether the text area holds another text than was written into it here. */
  get isOvertaken() {
    return this.area.value !== this.written;
  }
}
