// The toolbar of an editor: its buttons, by mouse and by keyboard, and the box that asks for a link.

export const words = JSON.parse(document.getElementById("editor-strings").textContent);
const BUTTONS = ["bold", "italic", "heading1", "quote", "bullet", "number", "link"];
const STATES = [
  "trix-attributes-change",
  "trix-selection-change",
  "trix-change",
  "trix-toolbar-dialog-show",
  "trix-toolbar-dialog-hide",
];

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

export function toolbar(id) {
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

/** The error of an address goes with the box that asked for it. */
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

/** Lets the toolbar be used by mouse and keyboard, and say what it does to an editor. */
export function enliven(bar, editor) {
  hearKeyboard(bar);
  walkWithArrows(bar);
  watchLinks(bar);
  editor.addEventListener("trix-toolbar-dialog-hide", () => forgetAddress(bar));
  for (const kind of STATES) {
    editor.addEventListener(kind, () => requestAnimationFrame(() => showState(bar)));
  }
}
