// One file of a form: on its way, arrived, or not arrived, with the controls of each.

import { move } from "./files-order.js";
import { watchPreparation } from "./files-preparing.js";
import { sender } from "./files-sending.js";

const KILO = 1024;
const items = new WeakMap();
let number = 0;

export const pattern = document.querySelector("[data-files-pattern]");
const strings = JSON.parse(pattern?.dataset.words ?? "{}");

/** Gives a sentence of the field with its {places} filled. */
export function say(name, values = {}) {
  return strings[name].replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

/** Gives the file that an element of the list shows. */
export const itemOf = (element) => items.get(element);

function sizeOf(bytes) {
  const shown = (value, digits) =>
    value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
  if (bytes < KILO * KILO) return say("kilobytes", { size: shown(Math.max(1, bytes / KILO), 0) });
  return say("megabytes", { size: shown(bytes / KILO / KILO, 1) });
}

/** A file of a form: on its way, arrived, or not arrived. */
export class Item {
  state = "arrived";
  sender = null;

  constructor(field, element, file = null) {
    Object.assign(this, { field, element, file });
    items.set(element, this);
    this.name = file?.name ?? this.part("name").textContent.trim();
    this.part("actions").hidden = false;
    this.part("box")?.remove();
    this.watchDescription();
    element.addEventListener("click", (event) => this.press(event));
  }

  part(name) {
    return this.element.querySelector(`[data-file-${name}]`);
  }

  /** Shows what is known of a chosen file before the site knows it. */
  fill() {
    number += 1;
    const names = { name: this.name, size: sizeOf(this.file.size) };
    for (const [part, words] of Object.entries(names)) this.part(part).textContent = words;
    this.part("name").dir = "auto";
    this.part("progress").setAttribute("aria-label", say("progress", { name: this.name }));
    this.isPicture = this.file.type.startsWith("image/");
    this.part("description").hidden = !this.isPicture;
    for (const kept of this.element.querySelectorAll("[id], [for], [aria-describedby]"))
      for (const name of ["id", "for", "aria-describedby"])
        if (kept.hasAttribute(name))
          kept.setAttribute(name, kept.getAttribute(name).replaceAll("-new", `-n${number}`));
    if (this.isPicture) this.show(URL.createObjectURL(this.file));
  }

  show(address) {
    const picture = new Image();
    picture.alt = "";
    picture.draggable = false;
    picture.src = address;
    const before = [...this.part("thumb").childNodes];
    const done = () => URL.revokeObjectURL(address);
    picture.onload = done;
    // A kind that this browser does not draw: the site's own copy is shown once it is prepared.
    picture.onerror = () => {
      done();
      this.isUndrawn = true;
      this.part("thumb").replaceChildren(...before);
      this.awaitPicture();
    };
    this.part("thumb").replaceChildren(picture);
  }

  awaitPicture() {
    if (!this.isUndrawn || !this.id) return;
    this.part("thumb").dataset.preparing = this.id;
    watchPreparation(this.part("thumb"));
  }

  watchDescription() {
    const [text, box] = [this.part("alternative"), this.part("decorative")];
    if (!text) return;
    const note = () => {
      text.readOnly = box.checked;
      if (box.checked) text.value = "";
      this.part("missing").hidden = box.checked || text.value.trim() !== "";
    };
    text.addEventListener("input", note);
    box.addEventListener("change", note);
    note();
  }

  async send() {
    this.set("sending");
    const show = (share) => this.isSending && this.progress(share);
    this.sender ??= sender(this.file, () => this.field.token, show);
    try {
      this.take(await this.sender.send());
    } catch (error) {
      if (this.isSending) this.fail(error);
    }
    this.field.goOn();
  }

  get isSending() {
    return this.state === "sending";
  }

  progress(share) {
    const percent = Math.round(share * 100);
    this.part("progress").value = percent;
    this.part("percent").textContent = `${percent}\u00a0%`;
  }

  take(sent) {
    if (!this.isSending) return;
    this.id = sent.id;
    const hidden = this.part("id");
    hidden.name = this.field.name;
    hidden.value = sent.id;
    this.part("alternative").name = `alternative-${sent.id}`;
    this.part("decorative").name = `decorative-${sent.id}`;
    this.part("description").hidden = !sent.media_type.startsWith("image/");
    this.set("arrived");
    this.awaitPicture();
    this.field.announce(say("sent", { name: this.name }));
    this.field.changed();
  }

  fail(error) {
    const { kind = "failed", reason } = error;
    const named = reason?.includes(this.name) ? reason : say("reason", { name: this.name, reason });
    this.set(kind === "refused" ? "refused" : "failed");
    this.isCut = kind === "cut";
    if (kind === "failed" && !error.kind) console.error(error);
    this.complain(kind === "refused" ? named : say(kind, { name: this.name }));
  }

  complain(sentence) {
    const place = this.part("error");
    place.hidden = false;
    place.querySelector("span").textContent = sentence;
    this.field.announce(sentence);
  }

  set(state) {
    this.state = state;
    this.part("running").hidden = state !== "sending";
    this.part("retry").hidden = state !== "failed";
    this.part("cancel").hidden = state === "arrived";
    for (const name of ["up", "down", "remove"]) this.part(name).hidden = state !== "arrived";
    if (state === "sending" || state === "arrived") this.part("error").hidden = true;
  }

  press({ target }) {
    const button = target.closest("button");
    const does = (name) => button?.hasAttribute(`data-file-${name}`);
    if (does("retry")) this.again();
    else if (does("cancel")) this.cancel();
    else if (does("up")) this.move(-1, button);
    else if (does("down")) this.move(1, button);
    else if (does("remove")) this.remove();
  }

  again() {
    this.set("waiting");
    this.field.goOn();
    this.part("cancel").focus();
  }

  cancel() {
    this.state = "cancelled";
    this.sender?.stop();
    this.field.focusBeside(this.element);
    this.element.remove();
    this.field.announce(say("cancelled", { name: this.name }));
    this.field.goOn();
  }

  move(step, button) {
    if (!move(this.element, step)) return;
    button.focus();
    this.field.moved(this.element);
  }

  /** Takes it out; what is said of it stays for who wants it back. */
  remove() {
    const kept = [...this.element.childNodes];
    const words = document.createElement("span");
    words.textContent = say("removed", { name: this.name });
    const undo = document.createElement("button");
    Object.assign(undo, { type: "button", className: "button button-second" });
    undo.textContent = say("undo");
    this.state = "removed";
    this.element.classList.add("file-removed");
    this.element.replaceChildren(words, undo);
    undo.focus();
    this.field.announce(words.textContent);
    this.field.changed();
    undo.addEventListener("click", (event) => {
      event.stopPropagation();
      this.element.classList.remove("file-removed");
      this.element.replaceChildren(...kept);
      this.state = "arrived";
      this.part("remove").focus();
      this.field.announce(say("back", { name: this.name }));
      this.field.changed();
    });
  }
}
