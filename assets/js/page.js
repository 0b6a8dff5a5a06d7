// What the page says to scripts: who reads it, the words of the interface, small doors to the server.

const PATIENCE = 20_000;
const strings = JSON.parse(document.getElementById("strings")?.textContent ?? "{}");

/** The viewer's id, or 0 for a visitor. */
export const viewer = Number(document.body.dataset.viewer ?? 0);

/** Gives a sentence of the interface with its {places} filled. */
export function say(name, values = {}) {
  return (strings[name] ?? "").replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

/**
 * Fetches a fragment of a page with the reader's own rights; null where there is none for them.
 * Rejects where it does not come: there may be one.
 */
export async function fetchFragment(url) {
  const answer = await fetch(url, {
    headers: { "HX-Request": "true", Accept: "text/html" },
    credentials: "same-origin",
    redirect: "error",
    // Older browsers wait as long as the network does.
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  return parsed.body;
}

/** Waits a random moment, so that a thousand open pages do not ask at the same instant. */
export function pause(longest) {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}

/** Notifies modules that the page has new content. */
export function announceContent(element) {
  document.dispatchEvent(new CustomEvent("content:added", { detail: element }));
}
