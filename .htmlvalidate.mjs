// What tests/web/test_valid_html.py asks of every page: all that is invalid, and all that the
// authors of html-validate take for a mistake or a barrier, but for what is named here.

export default {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    // As the HTML standard itself writes it.
    "doctype-style": ["error", { style: "lowercase" }],
    // Templates leave spaces at the ends of lines, which nobody sees and compression takes away.
    "no-trailing-whitespace": "off",
    // Checkboxes of one name are HTML's own way to choose several.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "submit", "button", "reset"] }],
    // The titles of posts are their authors'.
    "long-title": "off",
    // ARIA names articles and lists (ARIA in HTML, 4.1): a card has its title for its name.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
};
