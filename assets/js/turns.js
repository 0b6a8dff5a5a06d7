// One thing after another, in the order of their calls: the answers of the server may come
// as they like. What comes in a burst waits one random moment, for a thousand open pages hear it at
// the same instant.

import { pause } from "./page.js";

/** Gives the function that puts an act in its turn; each burst begins within `longest` ms. */
export function turns(longest) {
  const waiting = [];

  async function go() {
    await pause(longest);
    while (waiting.length) {
      // One that fails is reported, and does not stand in the way of the others.
      await waiting[0]().catch(reportError);
      waiting.shift();
    }
  }

  return (act) => {
    if (waiting.push(act) === 1) go();
  };
}
