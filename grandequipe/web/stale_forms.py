"""Forms of pages that were open for so long that their token is of no worth: nothing typed is lost.

A page of ours shows what was typed and sends it on, under the key that the form had; so it writes
once. Only what a page of ours sent is sent on: another site would have a member press the button.
Passwords and files are not given back, and are chosen anew.
"""

from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from grandequipe.core import html
from grandequipe.web.redirects import page_before, split
from grandequipe.web.submissions import KEY

OURS = {"csrf_token", KEY}
# What a page of ours writes into its forms, and nobody types.
NOT_TYPED = {*OURS, "form_mark", "body_format", "seen", "over", "read", "next", "reply_to"}
SHORTEST = 15
# As much as anybody reads again; all of it is sent on.
LONGEST, MOST = 20_000, 50


def stale_page() -> tuple[str, int]:
    """Tell why a form is refused: its sender was logged out meanwhile, or its page is too old."""
    is_at_the_door = (request.endpoint or "").startswith("security.")
    is_member = bool(current_user and current_user.is_authenticated)
    typed = _typed() if _is_from_here() else []
    if not (is_at_the_door or is_member):
        log_in = url_for("security.login", next=page_before())
        return render_template("logged_out.html", status=400, log_in=log_in, typed=typed), 400
    if not typed or not _can_be_sent_on():
        message = _("This page was open for too long. Go back, reload it and try again.")
        return render_template("error.html", status=400, message=message), 400
    g.is_sent_on = True
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in OURS]
    return render_template(
        "stale.html", status=400, kept=kept, typed=typed, back=page_before()
    ), 400


def _is_from_here() -> bool:
    """Tell whether the browser says that a page of ours sent the form."""
    came = split(request.headers.get("Origin") or request.referrer or "")
    return came is not None and came.netloc == request.host


def _can_be_sent_on() -> bool:
    return not request.files and not any("password" in name for name in request.form)


def _typed() -> list[str]:
    """List the texts among what was sent, as plain words."""
    words = [
        html.editable_words(value[:LONGEST]) if name == "body_html" else value[:LONGEST]
        for name, value in list(request.form.items())[:MOST]
        if name not in NOT_TYPED and "password" not in name
    ]
    return [each for each in words if " " in each or len(each) >= SHORTEST]
