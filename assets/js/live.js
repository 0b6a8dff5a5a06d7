// What moves by itself on a member's page.

import "./connection.js";
import "./bell.js";
import "./groups-live.js";
import "./quiet-bar.js";
import "./removed-cards.js";
import "./places-live.js";
import "./post-live.js";
import "./membership-live.js";
import "./comments-live.js";
import "./reactions-live.js";
import "./live-client.js";
