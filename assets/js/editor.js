// Turns <textarea data-editor> into Trix. The text area stays the form's value, hidden.

import Trix from "trix";
import { watchMentions } from "./editor/mentioning.js";
import { watchPastes } from "./editor/pasting.js";
import { Text } from "./editor/text.js";
import { enliven, toolbar, words } from "./editor/toolbar.js";
import { watchLists } from "./editor/typing.js";

const { blockAttributes, textAttributes } = Trix.config;
// The page has its own h1; a block of text is a paragraph.
blockAttributes.heading1.tagName = "h2";
blockAttributes.default.tagName = "p";
// What has no button here may have been pasted, or written by a program, and stays.
blockAttributes.heading2 = { ...blockAttributes.heading1, tagName: "h3" };
textAttributes.underline = { tagName: "u", inheritable: true };
textAttributes.sup = { tagName: "sup", inheritable: true };
textAttributes.sub = { tagName: "sub", inheritable: true };
textAttributes.inlineCode = { tagName: "code", inheritable: true };
// Two quotations in a row stay two: side by side in one, Trix shows no break between them.
blockAttributes.quote.group = false;
// What is selected while a link is typed: an element of its own, for the content policy refuses
// the style attribute that Trix would give it, and a <mark> could be pasted.
textAttributes.frozen = { tagName: "trix-frozen" };
Object.assign(Trix.config.lang, { link: words.add, unlink: words.remove, url: words.url });

function describe(editor, area) {
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-labelledby", `${editor.id}-label`);
  for (const name of ["aria-describedby", "aria-invalid", "lang"]) {
    if (area.hasAttribute(name)) editor.setAttribute(name, area.getAttribute(name));
  }
  if (area.required) editor.setAttribute("aria-required", "true");
}

/** Says beside the field that a change would cost some of the formatting. */
function warn(box, editor) {
  const note = document.createElement("p");
  note.className = "field-help";
  note.id = `${editor.id}-simplified`;
  note.textContent = words.simplified;
  box.before(note);
  const described = editor.getAttribute("aria-describedby") ?? "";
  editor.setAttribute("aria-describedby", `${note.id} ${described}`.trim());
}

function enhance(area) {
  const id = area.id;
  const bar = toolbar(`${id}-toolbar`);
  const editor = document.createElement("trix-editor");
  area.id = `${id}-value`;
  editor.id = id;
  editor.className = "prose";
  editor.setAttribute("toolbar", bar.id);
  describe(editor, area);
  area.required = false;
  area.hidden = true;

  const box = document.createElement("div");
  box.className = `editor editor-${area.dataset.editor}`;
  if (area.getAttribute("aria-invalid")) box.classList.add("editor-invalid");
  area.after(box);
  box.append(bar, editor);
  enliven(bar, editor);
  watchPastes(box, editor, words.noPictures);
  watchLists(box, editor);
  watchMentions(box, editor, area);

  const text = new Text(area, editor);
  // Trix starts a moment later than this script.
  customElements.whenDefined("trix-editor").then(() => {
    text.start();
    if (text.isSimplified) warn(box, editor);
    editor.addEventListener("trix-change", () => text.write());
    // Going back, the browser restores the text after the editor has read it.
    window.addEventListener("pageshow", () => text.isOvertaken && text.take());
    area.addEventListener("draft:restored", () => text.take());
    // Trix writes down what was typed at the next frame; who sends at once sends the last key too.
    area.form.addEventListener("submit", () => text.write(), { capture: true });
    // A member who joined to comment is led back here: the text area, to which the address leads, is hidden.
    if (location.hash === `#${id}`) editor.focus();
  });
}

document.querySelectorAll("textarea[data-editor]").forEach(enhance);
