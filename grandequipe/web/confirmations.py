"""Confirmation pages, for browsers without JavaScript.

A form that needs a confirmation has the question in its fields (`post_button`). Scripts show it in
a dialog and send the form without these fields. Without scripts they are sent, and the page made
here shows the question with the same form. So the text has one place: beside the button.
"""

from flask import Flask, g, request

from grandequipe.web.pages import render_page
from grandequipe.web.redirects import previous_page
from grandequipe.web.submissions import KEY

QUESTION = ("question", "question_detail", "question_yes", "question_kind")


def init_app(app: Flask) -> None:
    """Show the confirmation page before the view runs."""
    app.before_request(show_confirmation)


def show_confirmation() -> str | None:
    """Render the confirmation of a form that has one; None without a valid CSRF token."""
    if not g.get("csrf_valid") or "question" not in request.form:
        return None
    g.is_form_resent = True
    kept = [(name, value) for name, value in request.form.items(multi=True) if _is_kept(name)]
    texts = {name: request.form.get(name, "") for name in QUESTION}
    return render_page("web/question.html", kept=kept, back=previous_page(), **texts)


def _is_kept(name: str) -> bool:
    return name not in QUESTION and name not in ("csrf_token", KEY)
