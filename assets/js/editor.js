// Turns <textarea data-editor> into Trix. The text area stays the form's value, hidden.

import Trix from "trix";
import { watchPastes } from "./pasting.js";

const words = JSON.parse(document.getElementById("editor-strings").textContent);
const STATES = [
  "trix-attributes-change",
  "trix-selection-change",
  "trix-change",
  "trix-toolbar-dialog-show",
  "trix-toolbar-dialog-hide",
];
const BUTTONS = ["bold", "italic", "heading1", "quote", "bullet", "number", "link"];

// The page has its own h1; a block of text is a paragraph.
Trix.config.blockAttributes.heading1.tagName = "h2";
Trix.config.blockAttributes.default.tagName = "p";
// What is selected while a link is typed: an element of its own, for the content policy refuses
// the style attribute that Trix would give it, and a <mark> could be pasted.
Trix.config.textAttributes.frozen = { tagName: "trix-frozen" };
Object.assign(Trix.config.lang, { link: words.add, unlink: words.remove, url: words.url });

function toolButton(name) {
  const action = { link: "link", undo: "undo", redo: "redo" }[name];
  const attribute = name === "link" ? "href" : name;
  // A link is asked for in a box, which its button opens; the others are on or off.
  const state = { link: 'aria-expanded="false"', undo: "", redo: "" }[name] ?? 'aria-pressed="false"';
  const does = action ? `data-trix-action="${action}"` : "";
  const means = state ? `data-trix-attribute="${attribute}"` : "";
  const key = { bold: "b", italic: "i", link: "k" }[name];
  return `<button type="button" ${does} ${means} ${state} title="${words[name]}"
    aria-label="${words[name]}" ${key ? `data-trix-key="${key}"` : ""}>${words.icons[name]}</button>`;
}

function toolbar(id) {
  const bar = document.createElement("trix-toolbar");
  bar.id = id;
  bar.innerHTML = `
    <div class="editor-bar" role="toolbar" aria-label="${words.toolbar}">
      ${[...BUTTONS, "undo", "redo"].map(toolButton).join("")}
    </div>
    <div data-trix-dialogs>
      <div class="editor-link" data-trix-dialog="href" data-trix-dialog-attribute="href">
        <label>${words.url}<input class="input" type="url" name="href" data-trix-input
          data-trix-validate-href required disabled placeholder="https://"
          aria-describedby="${id}-error"></label>
        <button type="button" class="button button-second" data-trix-method="setAttribute">${words.add}</button>
        <button type="button" class="button button-quiet" data-trix-method="removeAttribute">${words.remove}</button>
        <p class="field-error" role="alert" id="${id}-error"></p>
      </div>
    </div>`;
  return bar;
}

/** Trix hears the mouse only: a button pressed by keyboard has a click without a mouse. */
function hearKeyboard(bar) {
  bar.addEventListener("click", (event) => {
    const button = event.target.closest(".editor-bar button");
    if (!button || event.detail) return;
    button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
  });
}

/** One stop for Tab; the arrows walk along the buttons. */
function walkWithArrows(bar) {
  const buttons = [...bar.querySelectorAll(".editor-bar button")];
  buttons.forEach((button, index) => (button.tabIndex = index ? -1 : 0));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    let next = at;
    do next = (next + step + buttons.length) % buttons.length;
    while (buttons[next].disabled && next !== at);
    buttons[at].tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  });
}

/** Makes a paragraph of what an empty line parts: Trix writes two line breaks. */
function inParagraphs(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const paragraph of body.querySelectorAll("p")) {
    paragraph.outerHTML = paragraph.outerHTML.replace(/(<br>\s*){2,}/g, "</p><p>");
  }
  for (const paragraph of body.querySelectorAll("p")) {
    if (paragraph.lastChild?.nodeName === "BR") paragraph.lastChild.remove();
    if (!paragraph.textContent.trim()) paragraph.remove();
  }
  return body.innerHTML;
}

const SCHEME = /^(https?:|mailto:)/i;
const ADDRESS = /^(https?:\/\/[^\s/]+\.[^\s/]+\S*|mailto:\S+@\S+)$/i;

/** Completes an address as people say it, such as avise.org; says aloud what is none. */
function takesAddress(input, error) {
  const typed = input.value.trim();
  const scheme = /^[^\s/]+@\S+$/.test(typed) ? "mailto:" : "https://";
  const whole = SCHEME.test(typed) ? typed : scheme + typed;
  const isRight = ADDRESS.test(whole) && URL.canParse(whole);
  if (isRight) input.value = whole;
  error.textContent = isRight ? "" : words.wrongUrl;
  if (isRight) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true");
  return isRight;
}

/** Looks at the address before Trix does, which refuses in silence. */
function watchLinks(bar) {
  const input = bar.querySelector("[data-trix-input]");
  const error = bar.querySelector("[role=alert]");
  const look = (event) => {
    const sends = event.key === "Enter" && event.target === input;
    if (!sends && !event.target.closest("[data-trix-method=setAttribute]")) return;
    if (takesAddress(input, error)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.focus();
  };
  bar.addEventListener("keydown", look, { capture: true });
  bar.addEventListener("click", look, { capture: true });
}

/** What was wrong with an address goes with the box that asked for it. */
function forgetAddress(bar) {
  bar.querySelector("[data-trix-input]").removeAttribute("aria-invalid");
  bar.querySelector("[role=alert]").textContent = "";
}

function showState(bar) {
  for (const button of bar.querySelectorAll("[aria-pressed]")) {
    button.ariaPressed = String(button.classList.contains("trix-active"));
  }
  const box = bar.querySelector("[data-trix-dialog]");
  const isOpen = box.hasAttribute("data-trix-active");
  bar.querySelector("[aria-expanded]").ariaExpanded = String(isOpen);
}

function describe(editor, area) {
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-labelledby", `${editor.id}-label`);
  for (const name of ["aria-describedby", "aria-invalid", "lang"]) {
    if (area.hasAttribute(name)) editor.setAttribute(name, area.getAttribute(name));
  }
  if (area.required) editor.setAttribute("aria-required", "true");
}

function enhance(area) {
  const id = area.id;
  const bar = toolbar(`${id}-toolbar`);
  const editor = document.createElement("trix-editor");
  area.id = `${id}-value`;
  editor.id = id;
  editor.className = "prose";
  editor.setAttribute("input", area.id);
  editor.setAttribute("toolbar", bar.id);
  describe(editor, area);
  area.required = false;
  area.hidden = true;

  const box = document.createElement("div");
  box.className = `editor editor-${area.dataset.editor}`;
  if (area.getAttribute("aria-invalid")) box.classList.add("editor-invalid");
  area.after(box);
  box.append(bar, editor);
  hearKeyboard(bar);
  walkWithArrows(bar);
  watchLinks(bar);
  editor.addEventListener("trix-toolbar-dialog-hide", () => forgetAddress(bar));
  for (const kind of STATES) {
    editor.addEventListener(kind, () => requestAnimationFrame(() => showState(bar)));
  }
  let written = area.value;
  let isUntouched = false;
  editor.addEventListener("trix-before-initialize", () => {
    isUntouched = area.value === area.defaultValue;
  });
  // Trix writes a text in its own way: that is nothing that anybody typed.
  editor.addEventListener("trix-initialize", () => {
    if (isUntouched) area.defaultValue = area.value;
  });
  editor.addEventListener("trix-change", () => {
    written = area.value = inParagraphs(area.value);
  });
  // Trix starts a moment later than this script, and reads the text area by itself then.
  const show = () => editor.editor?.loadHTML(area.value);
  // Who goes back is given the text back, by the browser, after Trix has read the text area.
  window.addEventListener("pageshow", () => area.value === written || show());
  // Trix writes down what was typed at the next frame; who sends at once sends the last key too.
  area.form.addEventListener("submit", () => editor.editorController.render(), { capture: true });
  watchPastes(editor, words.noPictures);
  area.addEventListener("draft:restored", show);
}

document.querySelectorAll("textarea[data-editor]").forEach(enhance);
