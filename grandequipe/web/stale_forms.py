"""Forms with an invalid CSRF token, from pages that were open for too long: no text is lost.

The page shows the form's texts and resends the form under its key; so it writes once. Only a form
from a page of this site can be resent: another site could trick a member into pressing the button.
Passwords and files are not resent: with a password, the page shows nothing; with files, it shows
the texts and asks to choose the files again.
"""

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from grandequipe.core import html
from grandequipe.web.pages import render_page
from grandequipe.web.redirects import previous_page, split_url
from grandequipe.web.submissions import KEY

OURS = {"csrf_token", KEY}
# Fields that the page fills.
NOT_TYPED = {*OURS, "form_mark", "body_format", "seen", "over", "read", "next", "reply_to"}
SHORTEST = 15
# Characters of a text and number of fields that are shown; all of the form is resent.
LONGEST, MOST = 20_000, 50


def stale_page() -> tuple[str, int]:
    """Render the reason: the sender was logged out meanwhile, or the page is too old."""
    is_account_page = (request.endpoint or "").startswith("security.")
    is_member = bool(current_user and current_user.is_authenticated)
    typed = _typed() if _is_from_here() else []
    if not (is_account_page or is_member):
        log_in = url_for("security.login", next=previous_page())
        return render_page("logged_out.html", status=400, log_in=log_in, typed=typed), 400
    if not typed or any("password" in name for name in request.form):
        message = _("This page was open for too long. Go back, reload it and try again.")
        return render_page("error.html", status=400, message=message), 400
    if _has_files():
        back = previous_page()
        return render_page("stale_files.html", status=400, typed=typed, back=back), 400
    g.is_form_resent = True
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    return render_page("stale.html", status=400, kept=kept, typed=typed, back=previous_page()), 400


def _is_from_here() -> bool:
    """Whether the Origin or Referer header names this site."""
    origin = split_url(request.headers.get("Origin") or request.referrer or "")
    return origin is not None and origin.netloc == request.host


def _has_files() -> bool:
    """Whether files were chosen; for a file input without any, a browser sends an empty part."""
    return any(file.filename for _name, file in request.files.items(multi=True))


def _typed() -> list[str]:
    """List the texts of the form, as plain text."""
    texts = [
        html.editable_words(value[:LONGEST]) if name == "body_html" else value[:LONGEST]
        for name, value in list(request.form.items())[:MOST]
        if name not in NOT_TYPED and "password" not in name
    ]
    return [text for text in texts if " " in text or len(text) >= SHORTEST]
