// Every page. What lives only for members is fetched only for them.

import "./menus.js";
import "./offline.js";
import "./dialog.js";
import "./form-guard.js";
import "./logging-out.js";
import "./beginning.js";
import "./times.js";
import { viewer } from "./page.js";

// A part that the network does not bring is done without, as on a page without scripts.
const bring = (part) =>
  part.catch((error) => {
    if (!/import/i.test(error.message)) throw error;
  });

if (document.querySelector("form[data-keep], form[data-logout]")) bring(import("./draft-keeper.js"));
if (document.querySelector("[data-show-password]")) bring(import("./show-password.js"));
if (document.querySelector("[data-territories], [data-themes]")) bring(import("./labels-field.js"));
if (document.querySelector("[data-language-of-text]")) bring(import("./language.js"));
if (document.querySelector("[data-files], [data-preparing]")) bring(import("./files.js"));
if (document.querySelector("[data-longest]")) bring(import("./counters.js"));
if (document.querySelector(".tabs, .filters")) bring(import("./tabs.js"));
if (document.querySelector("[data-share]")) bring(import("./share.js"));
if (document.querySelector("[data-agenda]")) bring(import("./agenda.js"));
if (document.querySelector("input[list], input[data-suggests]")) bring(import("./suggestions.js"));
if (document.querySelector("[data-suggestions]")) bring(import("./search.js"));
if (document.querySelector("[data-from-address]")) bring(import("./from-address.js"));
if (document.querySelector("[data-gallery]")) bring(import("./gallery.js"));
if (document.querySelector("[data-chapter]")) bring(import("./recording.js"));
if (document.querySelector("[hx-post], [hx-get]")) bring(import("./fragments.js"));
if (/^#comment-\d+$/.test(location.hash) && !document.getElementById(location.hash.slice(1)))
  bring(import("./wanted-comment.js"));
if ("revalidate" in document.body.dataset) bring(import("./revalidation.js"));
if (viewer) bring(import("./bookmarks.js"));
if (document.querySelector("[data-mentions]")) bring(import("./mentions.js"));
if (document.querySelector("[data-case-count]")) bring(import("./cases.js"));
if (viewer) bring(import("./live.js"));
