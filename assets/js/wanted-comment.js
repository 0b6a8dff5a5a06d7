// A link to a comment that the page does not show, such as those of mails sent before discussions
// had windows: only the server knows where it is. Where it knows of none, the reader keeps the post
// and a note says so.

import { say } from "./page.js";
import { toast } from "./toasts.js";

const section = document.querySelector("[data-comments]");
const wanted = location.hash.replace("#comment-", "");

async function lead(address) {
  const answer = await fetch(address, { method: "HEAD", redirect: "manual" });
  if (answer.type === "opaqueredirect") location.replace(address);
  else if (answer.status === 404) toast(say("commentGone"));
  else toast(say("refused"), "error");
}

if (section) lead(section.dataset.commentUrl + wanted).catch(() => toast(say("failed"), "error"));
