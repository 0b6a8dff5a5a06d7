// The kind of a post that was just broadcast: events hold ids, and pages of one kind need it.

import { pause } from "./page.js";

/** Returns whether a post is of a kind, as far as the reader may know; yes where nobody answers. */
export async function isOfKind(id, kind) {
  await pause(3000);
  try {
    const answer = await fetch(`/api/v1/posts/${id}`, {
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) return answer.status !== 404;
    return (await answer.json()).kind === kind;
  } catch {
    return true;
  }
}
