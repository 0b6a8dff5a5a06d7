// From Trix's blocks to HTML as the server keeps it: the same text is always written the same way.

const LISTS = { bulletList: "ul", numberList: "ol" };
const LEAVES = { heading1: "h2", heading2: "h3", code: "pre" };
const MARKS = [
  ["bold", "strong"], ["italic", "em"], ["strike", "del"], ["underline", "u"],
  ["inlineCode", "code"], ["sup", "sup"], ["sub", "sub"],
];

const escape = (words) =>
  words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\u00a0/g, "&nbsp;");

function run({ string, attributes }) {
  const tags = MARKS.filter(([mark]) => attributes[mark]).map(([, tag]) => tag);
  const open = tags.map((tag) => `<${tag}>`).join("");
  return `${open}${escape(string)}${tags.reverse().map((tag) => `</${tag}>`).join("")}`;
}

/** Writes one line: pieces with the same address are one link. */
function line(pieces) {
  let html = "";
  let address = null;
  for (const piece of pieces) {
    const { href = null } = piece.attributes;
    if (href !== address) {
      if (address) html += "</a>";
      if (href) html += `<a href="${escape(href).replace(/"/g, "&quot;")}">`;
      address = href;
    }
    html += run(piece);
  }
  return html + (address ? "</a>" : "");
}

/** Parts the pieces of a block into paragraphs, which an empty line parts, of lines. */
function paragraphsOf(block) {
  const lines = [[]];
  for (const piece of block.text) {
    piece.string.split("\n").forEach((string, index) => {
      if (index) lines.push([]);
      if (string) lines.at(-1).push({ ...piece, string });
    });
  }
  const paragraphs = [[]];
  for (const pieces of lines) {
    const isEmpty = !pieces.some((piece) => /[^\s]|\u00a0/.test(piece.string));
    if (!isEmpty) paragraphs.at(-1).push(line(pieces));
    else if (paragraphs.at(-1).length) paragraphs.push([]);
  }
  return paragraphs.filter((each) => each.length).map((each) => each.join("<br>"));
}

/** Writes the words of a block in the tags that its last attribute asks for. */
function leaf(block) {
  const tag = LEAVES[block.attributes.at(-1)];
  if (tag === "pre") {
    const words = escape(block.text.map((piece) => piece.string).join("")).replace(/^\n+|\s+$/g, "");
    return words && `<pre>${words}</pre>`;
  }
  const paragraphs = paragraphsOf(block);
  if (tag) return paragraphs.map((words) => `<${tag}>${words}</${tag}>`).join("");
  const isBare = block.attributes.length > 0 && paragraphs.length === 1;
  return isBare ? paragraphs[0] : paragraphs.map((words) => `<p>${words}</p>`).join("");
}

/** Writes blocks whose first `depth` attributes are written around them already. */
function write(blocks, depth) {
  let html = "";
  for (let at = 0; at < blocks.length; ) {
    const name = blocks[at].attributes[depth];
    const isContainer = LISTS[name] || name === "quote";
    let end = at + 1;
    if (!isContainer) html += leaf(blocks[at]);
    else if (LISTS[name]) {
      while (end < blocks.length && blocks[end].attributes[depth] === name) end += 1;
      html += list(blocks.slice(at, end), depth);
    } else {
      // Each block is a quotation of its own; the items of a list in it are of one.
      const inList = (block) => block.attributes[depth] === name && LISTS[block.attributes[depth + 1]];
      while (inList(blocks[at]) && end < blocks.length && inList(blocks[end])) end += 1;
      const inner = write(blocks.slice(at, end), depth + 1);
      if (inner) html += `<blockquote>${inner}</blockquote>`;
    }
    at = end;
  }
  return html;
}

/** Writes a list: deeper blocks belong to the item before them. */
function list(blocks, depth) {
  const tag = LISTS[blocks[0].attributes[depth]];
  let items = "";
  for (let at = 0; at < blocks.length; ) {
    let end = at + 1;
    const isDeeper = (block) => LISTS[block.attributes[depth + 2]] || block.attributes[depth + 2] === "quote";
    while (end < blocks.length && isDeeper(blocks[end])) end += 1;
    const inner = write(blocks.slice(at, end), depth + 2);
    if (inner) items += `<li>${inner}</li>`;
    at = end;
  }
  return items && `<${tag}>${items}</${tag}>`;
}

/** Writes a whole text; nothing for a text without words. */
export function htmlOf(blocks) {
  return write(blocks, 0);
}

/** Gives the blocks of a Trix document. */
export function blocksOfDocument(document) {
  return JSON.parse(JSON.stringify(document)).map(({ text, attributes }) => ({
    text: text.filter((piece) => piece.type === "string" && !piece.attributes.blockBreak),
    attributes,
  }));
}
