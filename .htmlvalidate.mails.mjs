// What tests/web/test_valid_mails.py asks of every mail: what is asked of pages, but for what mail
// programs need.

import pages from "./.htmlvalidate.mjs";

export default {
  ...pages,
  rules: {
    ...pages.rules,
    // Many drop style sheets.
    "no-inline-style": "off",
    // Outlook knows no widest width: it alone reads a table of 600 px around the mail.
    "no-conditional-comment": "off",
    // As css-inline writes it.
    "doctype-style": "off",
  },
};
