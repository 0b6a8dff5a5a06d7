// htmx, for the forms that replace a piece of the page; here is what it says when that fails.

import "./more-comments.js";
import "./reactions.js";
import htmx from "htmx.org";
import { say } from "./page.js";
import { toast } from "./toasts.js";

// It reads its settings and begins at DOMContentLoaded, and waits for ever where it comes just after.
Object.assign(htmx.config, JSON.parse(document.querySelector("meta[name=htmx-config]").content));
htmx.process(document.body);

// Modules that insert content of their own ask it to look there too.
window.htmx = htmx;

document.addEventListener("htmx:sendError", () => toast(say("failed"), "error"));
document.addEventListener("htmx:responseError", () => toast(say("refused"), "error"));
