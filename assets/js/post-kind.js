// What the server knows of a post that was just broadcast, for events hold ids alone: its kind, which
// pages of one kind need; and whether the reader still sees it, once one of its groups removed it.

import { pause } from "./page.js";

async function askFor(id) {
  await pause(3000);
  return fetch(`/api/v1/posts/${id}`, {
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  });
}

/** Returns whether a post is of a kind, as far as the reader may know; yes where nobody answers. */
export async function isOfKind(id, kind) {
  try {
    const answer = await askFor(id);
    if (!answer.ok) return answer.status !== 404;
    return (await answer.json()).kind === kind;
  } catch {
    return true;
  }
}

/** Returns whether the reader sees a post no longer; no where nobody answers. */
export async function hasGone(id) {
  try {
    return (await askFor(id)).status === 404;
  } catch {
    return false;
  }
}
