// A hyphen or a number that is typed at the start of a line, and a space after it, begin a list.

const SIGNS = { "-": "bullet", "*": "bullet", "•": "bullet", "1.": "number", "1)": "number" };

const STRUCTURAL = /^(insert(Paragraph|LineBreak)|delete)/;

/** Begins a list instead of taking the space; returns whether it did. */
function begin(editor) {
  const [start, end] = editor.getSelectedRange();
  const words = editor.getDocument().toString().slice(0, start);
  const line = words.slice(words.lastIndexOf("\n") + 1);
  const list = SIGNS[line];
  const block = editor.getDocument().getBlockAtPosition(start);
  if (start !== end || !list || block.hasAttributes()) return false;
  editor.recordUndoEntry("List");
  editor.setSelectedRange([start - line.length, start]);
  editor.deleteInDirection("backward");
  editor.activateAttribute(list);
  return true;
}

export function watchLists(box, element) {
  const take = (event) => {
    if (event.inputType !== "insertText" || event.data !== " " || !element.editor) return;
    if (!begin(element.editor)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  box.addEventListener("beforeinput", take, { capture: true });
  // The browser breaks a line in its own way, and the editor makes its own of it at the next frame:
  // a key that comes before would go to where the caret is in neither.
  box.addEventListener("input", ({ inputType, isComposing }) => {
    if (STRUCTURAL.test(inputType) && !isComposing) element.editorController?.render();
  });
}
