// Where a page begins for whoever sent a form: at what is wrong, at the preview that was asked for,
// else at what was done. Where the address itself leads into the page, the browser has gone there.

const led = location.hash && document.getElementById(location.hash.slice(1));
const told = document.querySelector("[data-error-summary], #preview-heading");

(told ?? (led ? null : document.querySelector("[data-flashes]")))?.focus();
