// How long a text may be is said beside its field once one comes near: nothing is cut.

const NEAR = 0.9;
const FEW = 20;
// A colour or a time is as long as it may be: of such a field it is said once it is too long.
const SHORT = 40;
// One hears it when the typing pauses, not with every key.
const PAUSE = 1_000;

const waiting = new WeakMap();

/** Counts as the server does: signs as one sees them, without the spaces around. */
function lengthOf(control) {
  return [...control.value.replaceAll("\r\n", "\n").trim()].length;
}

function counterOf(control) {
  const known = control.parentElement.querySelector(":scope > .field-count");
  if (known) return known;
  const counter = document.createElement("p");
  counter.className = "field-count";
  // What is seen changes with every key; what is heard stands beside it.
  counter.innerHTML = '<span aria-hidden="true"></span><span class="visually-hidden" role="status"></span>';
  control.after(counter);
  return counter;
}

function count(control) {
  const most = Number(control.dataset.longest);
  const length = lengthOf(control);
  const near = most < SHORT ? most + 1 : Math.min(most * NEAR, most - FEW);
  const isNear = length >= near;
  if (!isNear && !control.parentElement.querySelector(":scope > .field-count")) return;
  const counter = counterOf(control);
  const [seen, heard] = counter.children;
  const said = length > most ? control.dataset.over : control.dataset.left;
  const sentence = said.replace("{n}", Math.abs(most - length));
  counter.hidden = !isNear;
  counter.classList.toggle("field-count-over", length > most);
  seen.textContent = length > most ? `${length}/${most} · ${sentence}` : `${length}/${most}`;
  clearTimeout(waiting.get(control));
  waiting.set(control, setTimeout(() => (heard.textContent = isNear ? sentence : ""), PAUSE));
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.longest) count(event.target);
});
document.querySelectorAll("[data-longest]").forEach(count);
