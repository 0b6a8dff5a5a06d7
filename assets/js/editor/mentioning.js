// Mentions in the editor: a link to the member, whose words are @ and the name.

import Trix from "trix";
import { Mentions, placeUnder } from "../mentions.js";

/** Suggests in an editor, whose text area says where the members are asked for. */
export function watchMentions(box, element, area) {
  const address = area.closest("[data-mentions]")?.dataset.mentions;
  if (!address) return;

  /** Gives the words before the caret; nothing where they end in a mention that is there already. */
  const words = () => {
    const [start, end] = element.editor.getSelectedRange();
    const document = element.editor.getDocument();
    const before = document.toString().slice(0, start);
    const at = before.lastIndexOf("@");
    if (start !== end || at < 0) return null;
    return document.getCommonAttributesAtRange([at, at + 1]).href ? null : before;
  };

  const put = (length, { id, name }) => {
    const { editor } = element;
    const [end] = editor.getSelectedRange();
    editor.recordUndoEntry("Mention");
    editor.setSelectedRange([end - length, end]);
    editor.insertText(Trix.Text.textForStringWithAttributes(`@${name}`, { href: `/membres/${id}` }));
    editor.insertText(Trix.Text.textForStringWithAttributes(" ", {}));
  };

  const place = (list) => {
    const [start] = element.editor.getSelectedRange();
    placeUnder(list, element.editor.getClientRectAtPosition(start) ?? element.getBoundingClientRect());
  };

  const mentions = new Mentions(element, address, { words, put, place });
  const look = () => element.editor && mentions.look();
  element.addEventListener("trix-change", look);
  element.addEventListener("trix-selection-change", look);
  // Before Trix, which would break the line.
  box.addEventListener("keydown", (event) => mentions.hear(event), { capture: true });
}
