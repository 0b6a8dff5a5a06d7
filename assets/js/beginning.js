// The focus after a form was sent: at the errors, at the preview that was asked for,
// else at what was done. Where the address itself leads into the page, the browser has gone there.

const led = location.hash && document.getElementById(location.hash.slice(1));
const target = document.querySelector("[data-error-summary], #preview-heading, #check");

(target ?? (led ? null : document.querySelector("[data-flashes]")))?.focus();
