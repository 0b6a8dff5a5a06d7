"""Where people were going before they had an account: they register and confirm on the way.

What they were going to may be for members alone, so nobody is led there before they log in. It is
kept in their browser's own session: the letter that asks them to confirm may be read elsewhere,
and then they find it by the bell.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, make_response, request, session, url_for
from flask_login import user_logged_in

from grandequipe.web.redirects import local_path

View = Callable[..., Any]

GOAL = "goal"


def init_app(app: Flask) -> None:
    """Lead through registration and confirmation to the log-in, and from there to the goal."""
    views = app.view_functions
    views["security.register"] = _led_to_log_in(views["security.register"])
    views["security.confirm_email"] = _led_to_log_in(views["security.confirm_email"])
    user_logged_in.connect(_forget, app)


def _led_to_log_in(view: View) -> View:
    @wraps(view)
    def answer(**given: Any) -> Any:
        if goal := local_path(request.form.get("next"), ""):
            session[GOAL] = goal
        response = make_response(view(**given))
        if response.location and session.get(GOAL):
            response.location = url_for("security.login", next=session[GOAL])
        return response

    return answer


def _forget(_app: Flask, **_context: Any) -> None:
    session.pop(GOAL, None)
