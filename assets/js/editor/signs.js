// Signs that no keyboard types and nobody sees: they come with what is copied elsewhere.

// Where a word was broken at the end of a line, PDF readers say so with one of these.
const BROKEN_WORD = /[\u0002\u00ad]\r?\n/g;
const LINE_ENDS = /\r\n?|[\u000b\u000c\u001c-\u001e\u0085\u2028\u2029]/g;
// Control characters, marks that turn the direction of words round, spaces without a width. What
// some scripts and pictures need, such as joiners, the server looks at (core/cleaning.py).
const UNSEEN =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc]/g;

/** Takes them out of some words; every end of a line becomes the same one. */
export function cleaned(words) {
  return words.replace(BROKEN_WORD, "").replace(LINE_ENDS, "\n").replace(UNSEEN, "");
}
