// Of which kind a post is that was just told: facts hold ids, and pages of one kind want to know.

import { pause } from "./page.js";

/** Tells whether a post is of a kind, as far as the reader may know; yes where nobody answers. */
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
