// From HTML to the blocks that Trix knows: [{ text: [{ type, string, attributes }], attributes }].
//
// Trix reads HTML too, but joins the paragraphs of a quotation and drops what it has no name for.
// Here, as on the server, a block's edge always parts its words. What a `style` says of words is
// read from its text: the content policy would refuse a style that a page applies.

import { cleaned } from "./signs.js";
import { MergedCells } from "./merged-cells.js";
import { WordLists } from "./word-lists.js";

const LISTS = { UL: ["bulletList", "bullet"], OL: ["numberList", "number"] };
const HEADINGS = { H1: "heading1", H2: "heading1", H3: "heading2", H4: "heading2", H5: "heading2", H6: "heading2" };
const MARKS = {
  B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike",
  U: "underline", SUP: "sup", SUB: "sub", CODE: "inlineCode", TT: "inlineCode",
};
const BLOCKS = new Set(
  ("ADDRESS ARTICLE ASIDE CAPTION CENTER DD DETAILS DIALOG DIR DIV DL DT FIELDSET FIGCAPTION FIGURE " +
    "FOOTER FORM HEADER HGROUP HR LEGEND MAIN MENU NAV OPTGROUP OPTION P SEARCH SECTION SELECT " +
    "SUMMARY TABLE TBODY TD TEXTAREA TFOOT TH THEAD TR").split(" "),
);
const INLINE = new Set(
  ("A ABBR ACRONYM BDI BDO BIG BODY CITE DATA DFN FONT HTML INS KBD MARK NOBR Q RB RUBY SAMP SMALL " +
    "SPAN TIME VAR WBR").split(" "),
);
const GONE = new Set("HEAD IFRAME LINK META NOEMBED NOFRAMES OBJECT SCRIPT STYLE TITLE XML".split(" "));
const ROWS = /^(TABLE|THEAD|TBODY|TFOOT)$/;
const SPACES = /[ \t\n\r\f]+/g;
// Of addresses within the site, those of members alone: links to them are mentions.
const ADDRESS = /^(?:(?:https?|mailto):|\/membres\/\d+$)/i;
const ENDS_A_WORD = ".,;:!?)]»”…%";
const isWord = (sign) => /[\p{L}\p{N}]/u.test(sign);

/** Gives what a `style` attribute says, by name. */
function rulesOf(style) {
  const rules = style.toLowerCase().split(";").map((rule) => rule.split(/:(.*)/s, 2));
  return Object.fromEntries(
    rules.filter(([, value]) => value).map(([name, value]) => [name.trim(), value.trim()]),
  );
}

/** Gives the marks of the words in an element: those around it, its tag's, its style's. */
function marksIn(element, marks) {
  const made = { ...marks };
  const mark = MARKS[element.tagName];
  if (mark) made[mark] = true;
  const href = element.tagName === "A" && element.getAttribute("href")?.trim();
  if (href && ADDRESS.test(href)) made.href = href;
  const rules = rulesOf(styleOf(element));
  const weight = rules["font-weight"]?.replace(/\s*!important/, "");
  if (weight) made.bold = /^(bold|bolder)$/.test(weight) || parseInt(weight, 10) >= 600;
  const slant = rules["font-style"];
  if (slant) made.italic = /italic|oblique/.test(slant);
  if (/line-through/.test(rules["text-decoration"] + rules["text-decoration-line"])) made.strike = true;
  const raised = { super: "sup", sub: "sub" }[rules["vertical-align"]];
  if (raised) made[raised] = true;
  return Object.fromEntries(Object.entries(made).filter(([, value]) => value));
}

/** Gives the number at which a list begins; 1 for whatever is no numbered list. */
const startOf = (list) => (list?.tagName === "OL" && parseInt(list.getAttribute("start"), 10)) || 1;

/** Gives the number of an item as words; none where its list begins at 1, as the editor's do. */
function numberOf(item) {
  const list = item.parentNode;
  const start = startOf(list);
  if (start <= 1) return "";
  const items = [...list.children].filter(({ tagName }) => tagName === "LI");
  return `${start + items.indexOf(item)}. `;
}

class Reader {
  blocks = [];
  block = null; // the one that words go into; null at a block's edge
  home = null; // the item or quotation whose first block it is
  isParted = false; // an element that is unknown parts the words around it
  over = ""; // "line" or "block": what has ended since the last words
  wordLists = new WordLists();
  merged = new MergedCells();
  number = ""; // of an item that is written as words

  read(node, around) {
    if (node.nodeType === Node.TEXT_NODE) this.say(node.data, around);
    if (node.nodeType !== Node.ELEMENT_NODE || GONE.has(node.tagName)) return;
    const name = node.tagName;
    if (name === "BR") this.endLine(around);
    else if (node.className === "Apple-converted-space") this.say(" ", around);
    else if (LISTS[name]) this.readList(node, around);
    else if (name === "LI" || name === "BLOCKQUOTE") this.readContainer(node, around);
    else if (name === "TR" && this.isLine(node)) this.readRow(node, around);
    else if (ROWS.test(name)) this.readRows(node, around);
    else if (HEADINGS[name] || name === "PRE") this.readLeaf(node, around, HEADINGS[name] ?? "code");
    else if (BLOCKS.has(name)) this.readBlock(node, around);
    else this.readInline(node, around);
  }

  readWithin(node, around) {
    const inner = { ...around, marks: marksIn(node, around.marks) };
    for (const child of node.childNodes) this.read(child, inner);
  }

  readInline(node, around) {
    const isKnown = INLINE.has(node.tagName) || MARKS[node.tagName];
    this.isParted ||= !isKnown;
    this.readWithin(node, around);
    this.isParted ||= !isKnown;
  }

  readRows(node, around) {
    const before = this.merged;
    this.merged = new MergedCells();
    this.readBlock(node, around);
    this.merged = before;
  }

  readBlock(node, around) {
    if (node.tagName === "TR") this.merged.pass();
    const list = this.wordLists.pathOf(node);
    // Mail programs write a line as a div, and a blank line as an empty one.
    const isLineOfMail = node.tagName === "DIV" && !list;
    this.edge(isLineOfMail ? "line" : "block");
    this.readWithin(node, list ? { ...around, path: [...around.path, ...list], home: node } : around);
    if (isLineOfMail && !node.textContent.trim() && node.querySelector("br")) this.edge("block");
    this.edge(isLineOfMail ? "line" : "block");
  }

  readLeaf(node, around, leaf) {
    this.edge("block");
    const isPre = leaf === "code";
    this.readWithin(node, { ...around, leaf, home: node, isPre, marks: isPre ? {} : around.marks });
    this.edge("block");
  }

  readList(node, around) {
    this.edge("block");
    // A list right within a list belongs to the item before it: Google Docs and Word write so.
    const isNumbered = !around.path.length && startOf(node.parentNode) > 1;
    const isLoose = !isNumbered && LISTS[node.parentNode?.tagName];
    const path = isLoose ? [...around.path, ...isLoose] : around.path;
    this.readWithin(node, { ...around, path, home: node });
    this.edge("block");
  }

  readContainer(node, around) {
    this.edge("block");
    const number = node.tagName === "LI" && !around.path.length ? numberOf(node) : "";
    if (number) this.readNumbered(node, around, number);
    else {
      const list = LISTS[node.parentNode?.tagName] ?? LISTS.UL;
      const path = [...around.path, ...(node.tagName === "LI" ? list : ["quote"])];
      this.readWithin(node, { ...around, path, leaf: null, home: node });
    }
    this.edge("block");
  }

  /** Makes paragraphs of an item, its number typed out before its first words. */
  readNumbered(node, around, number) {
    this.number = number;
    this.readWithin(node, { ...around, leaf: null, home: null });
    this.number = "";
  }

  /** Returns whether a row of a table can be one line: no cell of it holds more than a line. */
  isLine(row) {
    const isBlock = ({ tagName }) =>
      BLOCKS.has(tagName) || HEADINGS[tagName] || LISTS[tagName] || /^(PRE|BLOCKQUOTE|LI)$/.test(tagName);
    const inner = [...row.querySelectorAll("*")].filter(({ tagName }) => !/^T[DH]$/.test(tagName));
    if (inner.some((each) => isBlock(each) && !this.isAlone(each))) return false;
    // In a sheet a cell may have several lines; what stands alone in its row is no sheet.
    const cells = [...row.children].filter((cell) => cell.textContent.trim());
    return cells.length > 1 || !inner.some(({ tagName }) => tagName === "BR");
  }

  /** Returns whether an element is the one paragraph into which office programs wrap a cell's words. */
  isAlone(element) {
    const cell = element.parentNode;
    const isOnly = cell.textContent.trim() === element.textContent.trim();
    return element.tagName === "P" && /^T[DH]$/.test(cell.tagName) && isOnly;
  }

  /** Makes a line of a row, its cells parted by a stroke. */
  readRow(row, around) {
    this.edge("block");
    let strokes = 0;
    let isFirst = true;
    for (const cell of this.merged.row(row)) {
      if (!cell?.textContent.trim()) strokes += isFirst ? 0 : 1;
      else {
        if (!isFirst) this.say(`${" |".repeat(strokes + 1)} `, around);
        strokes = 0;
        isFirst = false;
        const inner = [...cell.children].find((each) => this.isAlone(each)) ?? cell;
        this.readWithin(inner, { ...around, isRow: true });
      }
      this.isParted = true;
    }
    this.edge("block");
  }

  edge(kind) {
    if (this.over !== "block") this.over = kind;
  }

  endLine(around) {
    if (around.isRow) this.say(" ", around);
    if (this.block === null || this.over || around.isRow) return;
    this.trimEnd();
    this.push("\n", {});
  }

  say(words, around) {
    const known = cleaned(words);
    const text = around.isPre ? known : known.replace(SPACES, " ");
    if (!text || ((this.block === null || this.over) && !around.isPre && text === " ")) return;
    this.begin(around);
    const last = this.lastSign();
    const isAtStart = ["", "\n", " "].includes(last) && !around.isPre;
    let said = isAtStart ? text.replace(/^ /, "") : text;
    const parts = this.isParted && last && (isWord(last) || ENDS_A_WORD.includes(last));
    if (parts && isWord(said[0] ?? "")) said = ` ${said}`;
    this.isParted = false;
    if (said && this.number) this.push(this.number, {});
    if (said) this.number = "";
    if (said) this.push(said, around.marks);
  }

  /** Goes on in the open block, or opens the one that these words belong into. */
  begin(around) {
    const attributes = [...around.path, ...(around.leaf ? [around.leaf] : [])];
    const isSame = this.block && this.home === around.home && String(this.block.attributes) === String(attributes);
    if (isSame && !this.over) return;
    this.trimEnd();
    // Paragraphs of one item or quotation are one block to Trix, an empty line between them.
    if (isSame && (around.home || this.over === "line")) this.push(this.over === "block" ? "\n\n" : "\n", {});
    else this.blocks.push((this.block = { text: [], attributes }));
    this.home = around.home;
    this.over = "";
    this.isParted = false;
  }

  push(string, attributes) {
    this.block.text.push({ type: "string", string, attributes });
  }

  lastSign() {
    return this.block?.text.at(-1)?.string.at(-1) ?? "";
  }

  /** Takes away spaces and line ends that nothing stands behind. */
  trimEnd() {
    const last = this.block?.text.at(-1);
    if (!last || this.block.attributes.at(-1) === "code") return;
    last.string = last.string.replace(/ +$/, "");
    if (!last.string) this.block.text.pop();
  }
}

/** Reads a document, or a part of one, into blocks. */
export function blocksOf(body) {
  const reader = new Reader();
  reader.read(body, { path: [], leaf: null, home: null, isPre: false, marks: {} });
  reader.trimEnd();
  // Word writes an empty line as a paragraph of one space that does not break.
  return reader.blocks.filter((block) => block.text.some(({ string }) => string.trim()));
}

// A document that is only parsed is held to the content policy of its page too, which reports each
// style: they are read under another name.
const TAG = /<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>/gi;
const SHEET = /<style[\s>][^]*?<\/style\s*>/gi;
const STYLE = /(\s)style(?=\s*=)/gi;

/** Reads HTML without applying it: no script of it runs, no picture of it is fetched. */
export function parse(html) {
  const inert = html.replace(SHEET, "").replace(TAG, (tag) => tag.replace(STYLE, "$1data-style"));
  return new DOMParser().parseFromString(inert, "text/html").body;
}

/** Gives what the `style` attribute of an element that was parsed here says. */
export const styleOf = (element) => element.dataset?.style ?? "";

/** Makes blocks of words as they were typed: an empty line parts paragraphs. */
export function blocksOfWords(words) {
  const paragraphs = words.replace(/\r\n?/g, "\n").split(/\n[^\S\n]*(?:\n[^\S\n]*)+/);
  return paragraphs
    .map((paragraph) => paragraph.replace(/^\n+|\s+$/g, ""))
    .filter(Boolean)
    .map((string) => ({ text: [{ type: "string", string, attributes: {} }], attributes: [] }));
}
