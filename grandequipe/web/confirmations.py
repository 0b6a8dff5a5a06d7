"""Questions that are asked before an act, for whoever has no script to ask them.

A form that must not be sent by one touch carries its question (`post_button`). Scripts ask it in a
dialog, and send the form without it; where there are none it comes along, and is asked here, on a
page whose answer sends the same form again. So the words stand in one place: beside the button.
"""

from flask import Flask, g, render_template, request

from grandequipe.web.redirects import page_before
from grandequipe.web.submissions import KEY

QUESTION = ("question", "question_detail", "question_yes", "question_kind")


def init_app(app: Flask) -> None:
    """Ask before any view acts."""
    app.before_request(ask_first)


def ask_first() -> str | None:
    """Show the question that a form carries; what nobody's page of ours sent is not shown."""
    if not g.get("csrf_valid") or "question" not in request.form:
        return None
    g.is_sent_on = True
    kept = [(name, value) for name, value in request.form.items(multi=True) if _is_kept(name)]
    asked = {name: request.form.get(name, "") for name in QUESTION}
    return render_template("web/question.html", kept=kept, back=page_before(), **asked)


def _is_kept(name: str) -> bool:
    return name not in QUESTION and name not in ("csrf_token", KEY)
