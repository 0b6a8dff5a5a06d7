// The files of a form: each is sent as soon as it is chosen, taken with the camera, pasted or dropped
// on the form, which is sent once all of them have arrived. Without this script the form sends them.

import { Item, itemOf, pattern, say } from "./files-item.js";
import { bringsFiles, letDrag } from "./files-order.js";
import { watchPreparation } from "./files-preparing.js";
import { toast } from "./toasts.js";

const MOST = 10;
const AT_ONCE = 2;
const LARGEST = 500 * 1024 * 1024;
const LARGEST_PICTURE = 25 * 1024 * 1024;
const fields = new WeakMap();

/** The field: the list of its files, and what sends them, some at once. */
class Field {
  submitter = null;
  isWaiting = false;

  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.name = box.dataset.files;
    this.input = box.querySelector("input[name=upload]");
    this.list = box.querySelector("[data-file-list]") ?? this.make("ul", "file-list");
    this.list.dataset.fileList = "";
    this.status = this.make("p", "visually-hidden");
    this.status.setAttribute("role", "status");
    box.dataset.drop = say("drop");
    box.classList.add("files-scripted");
    for (const [name, isHidden] of [["plain", true], ["scripted", false], ["add", true]])
      for (const each of box.querySelectorAll(`[data-files-${name}]`)) each.hidden = isHidden;
    const camera = box.querySelector("[data-files-camera]");
    if (camera) camera.hidden = !matchMedia("(pointer: coarse)").matches;
    for (const element of this.list.children) new Item(this, element);
    letDrag(this.list, (element) => this.moved(element));
    watchPreparation(box);
    // One may have chosen some before this script came.
    this.takeFrom(this.input);
  }

  /** Takes what was chosen: it is sent by this script, and so not with the form. */
  takeFrom(input) {
    const chosen = [...input.files];
    input.value = "";
    if (chosen.length) this.add(chosen);
  }

  make(tag, className) {
    const made = document.createElement(tag);
    made.className = className;
    this.input.closest(".row, .field").before(made);
    if (made.parentElement !== this.box) this.box.prepend(made);
    return made;
  }

  get token() {
    return this.form.elements.csrf_token.value;
  }

  get items() {
    return [...this.list.children].map(itemOf).filter(Boolean);
  }

  having(...states) {
    return this.items.filter((item) => states.includes(item.state));
  }

  announce(sentence) {
    this.status.textContent = sentence;
  }

  /** Lets others know, such as what keeps a draft. */
  changed() {
    this.list.hidden = this.items.length === 0;
    this.box.dispatchEvent(new CustomEvent("files:changed", { bubbles: true }));
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  moved(element) {
    const { name } = itemOf(element);
    const all = this.items;
    const place = all.indexOf(itemOf(element)) + 1;
    this.announce(say("moved", { name, place, number: all.length }));
    this.changed();
  }

  focusBeside(element) {
    const other = element.nextElementSibling ?? element.previousElementSibling;
    (other?.querySelector("button:not([hidden])") ?? this.input).focus();
  }

  add(files) {
    for (const file of files) {
      const isTooMany = this.items.filter(({ state }) => state !== "removed").length >= MOST;
      if (isTooMany) toast(say("tooMany", { name: file.name }), "error");
      else this.begin(file);
    }
    this.list.hidden = this.items.length === 0;
    const fold = this.box.closest("details");
    if (fold) fold.open = true;
    this.goOn();
  }

  begin(file) {
    const element = document.importNode(pattern.content, true).querySelector("[data-file]");
    this.list.append(element);
    const item = new Item(this, element, file);
    item.fill();
    const isPicture = file.type.startsWith("image/");
    const isTooLarge = file.size > (isPicture ? LARGEST_PICTURE : LARGEST);
    item.set(isTooLarge ? "refused" : "waiting");
    if (isTooLarge) item.complain(say(isPicture ? "tooLargePicture" : "tooLarge", item));
    else this.announce(say("begun", item));
  }

  /** Sends what waits, so many at once, then the form where it was to be sent. */
  goOn() {
    const [next] = this.having("waiting");
    if (next && this.having("sending").length < AT_ONCE) {
      next.send();
      this.goOn();
    } else if (this.isWaiting && !this.isBusy) this.sendForm();
  }

  get isBusy() {
    return this.having("waiting", "sending").length > 0;
  }

  sendForm() {
    this.isWaiting = false;
    if (this.having("failed", "refused").length) toast(say("stuck"), "error");
    else this.form.requestSubmit(this.submitter ?? undefined);
  }

  /** Holds the form back while files are on their way; returns whether it does. */
  holds(submitter) {
    if (!this.isBusy && !this.having("failed", "refused").length) return false;
    this.submitter = submitter;
    this.isWaiting = this.isBusy;
    toast(say(this.isBusy ? "waits" : "stuck"), this.isBusy ? "info" : "error");
    return true;
  }
}

function fieldOf(box) {
  if (!fields.has(box)) fields.set(box, new Field(box));
  return fields.get(box);
}

const within = (target) => {
  const box = target.closest?.("form")?.querySelector("[data-files]");
  return box && fieldOf(box);
};
const all = () => [...document.querySelectorAll("[data-files]")];

/** Watches over the whole page: some of its forms come later. */
function start() {
  all().forEach(fieldOf);
  document.addEventListener("content:added", () => all().forEach(fieldOf));
  document.addEventListener("change", ({ target }) => {
    const box = target.type === "file" && target.closest("[data-files]");
    if (box) fieldOf(box).takeFrom(target);
  });
  const took = (event, files) => {
    const field = files.length && within(event.target);
    if (!field) return;
    event.preventDefault();
    event.stopPropagation();
    field.add(files);
  };
  document.addEventListener(
    "paste",
    (event) => {
      const { clipboardData: data } = event;
      // A copied text may come with a picture of itself.
      if (!data.getData("text/plain")) took(event, [...data.files]);
    },
    { capture: true },
  );
  let over = null;
  const mark = (box) => {
    if (over === box) return;
    over?.classList.remove("files-over");
    over = box;
    over?.classList.add("files-over");
  };
  const drag = (event) => {
    if (!bringsFiles(event)) return;
    // Elsewhere on the page the browser would open the file, and leave what is typed.
    event.preventDefault();
    event.stopPropagation();
    const field = within(event.target);
    event.dataTransfer.dropEffect = field ? "copy" : "none";
    mark(field?.box ?? null);
  };
  for (const kind of ["dragenter", "dragover"]) window.addEventListener(kind, drag, true);
  window.addEventListener(
    "drop",
    (event) => {
      mark(null);
      if (!bringsFiles(event)) return;
      event.preventDefault();
      took(event, [...event.dataTransfer.files]);
    },
    true,
  );
  window.addEventListener("dragleave", (event) => event.relatedTarget || mark(null), true);
  window.addEventListener("dragend", () => mark(null));
  // Before what notes that a form is sent.
  window.addEventListener(
    "submit",
    (event) => {
      const field = within(event.target);
      if (!field?.holds(event.submitter)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
  window.addEventListener("online", () => {
    for (const box of all())
      for (const item of fieldOf(box).having("failed")) if (item.isCut) item.again();
  });
  window.addEventListener("beforeunload", (event) => {
    if (all().some((box) => fieldOf(box).isBusy)) event.preventDefault();
  });
}

if (pattern) start();
watchPreparation(document.body);
