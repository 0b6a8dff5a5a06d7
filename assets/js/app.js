// Every page. What lives only for members is fetched only for them.

import "./menus.js";
import "./dialog.js";
import "./form-guard.js";
import "./times.js";
import { viewer } from "./page.js";

if (document.querySelector("form[data-keep], form[data-logout]")) import("./draft-keeper.js");
if (document.querySelector("[data-territories]")) import("./territories.js");
if (document.querySelector("input[list]")) import("./suggestions.js");
if (document.querySelector("[hx-post], [hx-get]")) import("./fragments.js");
if (viewer) import("./live.js");
