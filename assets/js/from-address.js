// The form of a resource fills itself from its address: a worker reads the page, this asks until it
// has. Only fields that are empty are filled, also where one typed meanwhile. Without this script
// the button has the server do it.

const PAUSE = 500;
const MOST_LOOKS = 24;
const LOOKS_LIKE = /^(https?:\/\/\S+|[\w-]+(\.[\w-]+)+\S*)$/i;
const headers = { Accept: "application/json", "HX-Request": "true" };

const later = (time) => new Promise((resolve) => setTimeout(resolve, time));

function fill(form, found) {
  for (const [name, value] of Object.entries(found)) {
    // The editor is an element of the form, too, by the name of its text area.
    const field = form.querySelector(`input[name="${name}"], textarea[name="${name}"]`);
    if (!field || !value || field.value.replace(/<[^>]*>|&nbsp;/g, "").trim()) continue;
    field.value = value;
    // The editor takes it as it takes a draft.
    field.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function enliven(box) {
  const form = box.closest("form");
  const { url } = form.elements;
  const button = box.querySelector("button[value=fill]");
  const status = box.querySelector("[role=status]");
  const shared = box.querySelector("[data-shared]");
  let turn = 0;
  let isReading = false;
  // What the server wrote is known; one may have typed before this script came.
  let asked = url.defaultValue.trim();

  async function answerTo(address) {
    const body = new URLSearchParams({ url: address, post: box.dataset.post });
    body.set("csrf_token", form.elements.csrf_token.value);
    const sent = { method: "POST", body, headers, credentials: "same-origin" };
    const answer = await fetch(box.dataset.fromAddress, sent);
    if (![202, 422, 503].includes(answer.status)) throw new Error(String(answer.status));
    return answer.json();
  }

  async function wait(id, isLate) {
    for (let look = 0; look < MOST_LOOKS && !isLate(); look++) {
      await later(PAUSE);
      const answer = await fetch(`${box.dataset.fromAddress}/${id}`, {
        headers,
        credentials: "same-origin",
      });
      const found = answer.ok ? await answer.json() : { state: "waiting" };
      if (found.state !== "waiting") return found;
    }
    return { state: "failed", sentence: box.dataset.failed };
  }

  async function ask() {
    const address = url.value.trim();
    // A click on the button ends the typing too: the page is read once.
    if (isReading && address === asked) return;
    const mine = ++turn;
    const isLate = () => mine !== turn;
    asked = address;
    shared.replaceChildren();
    status.textContent = address ? box.dataset.reading : "";
    isReading = address !== "";
    if (!isReading) return;
    try {
      const begun = await answerTo(address);
      if (isLate()) return;
      // What the server wrote with its own templates.
      shared.innerHTML = begun.shared ?? "";
      const found = begun.id ? await wait(begun.id, isLate) : begun;
      if (isLate()) return;
      const { state, sentence, ...values } = found;
      if (state === "ready") fill(form, values);
      status.textContent = sentence;
    } catch {
      if (!isLate()) status.textContent = box.dataset.failed;
    } finally {
      if (!isLate()) isReading = false;
    }
  }

  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  const askOnce = () => {
    if (url.value.trim() !== asked && LOOKS_LIKE.test(url.value.trim())) ask();
  };
  url.addEventListener("change", askOnce);
  // The value is there after the event.
  url.addEventListener("paste", () => setTimeout(askOnce));
  if (document.activeElement !== url) askOnce();
}

document.querySelectorAll("[data-from-address]").forEach(enliven);
