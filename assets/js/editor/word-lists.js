// Lists as Word and PowerPoint copy them: paragraphs whose style says that they are items of one,
// their signs typed out before the words.

const LEVEL = /mso-list:\s*l\d+\s+level(\d)/i;
const SLIDE = /mso-special-format:\s*["']?(num)?bullet/i;
const SIGN = /mso-list:\s*ignore|mso-special-format/i;
const NUMBER = /^[([]?\s*(?:\d{1,3}|[a-z]{1,4})\s*[.)\]]/i;
const LIST = { true: ["numberList", "number"], false: ["bulletList", "bullet"] };

const styleOf = (element) => element.dataset.style ?? "";

/** Remembers the lists around the last item: each paragraph says its own level alone. */
export class WordLists {
  levels = [];

  /** Gives the lists and items around a paragraph's words, outermost first; null for no item. */
  pathOf(paragraph) {
    const signs = [...paragraph.querySelectorAll("[data-style]")].filter((each) => SIGN.test(styleOf(each)));
    const level = LEVEL.exec(styleOf(paragraph))?.[1];
    const isOfSlide = signs.some((each) => SLIDE.test(styleOf(each))) && !paragraph.querySelector("p, div");
    if (!level && !isOfSlide) {
      if (paragraph.textContent.trim()) this.levels = [];
      return null;
    }
    const typed = signs[0]?.textContent.trim() ?? "";
    const depth = Number(level ?? 1);
    // The editor's lists begin at 1: one that goes on at 4 keeps its numbers, as words.
    if (/^[2-9]|^1\d/.test(typed) && depth === 1 && !this.levels.length) {
      signs[0].textContent = `${typed} `;
      return null;
    }
    for (const sign of signs) sign.remove();
    const own = LIST[NUMBER.test(typed)];
    this.levels = this.levels.slice(0, depth - 1);
    while (this.levels.length < depth) this.levels.push(own);
    return this.levels.flat();
  }
}
