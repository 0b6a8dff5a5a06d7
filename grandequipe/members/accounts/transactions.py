"""One transaction for each request to a page of accounts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any

import structlog
from flask import Response, abort, current_app, make_response, redirect, request, url_for
from sqlalchemy.exc import IntegrityError

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.accounts.hashing import HASH_SLOTS
from grandequipe.members.forms import RegistrationForm
from grandequipe.web.form_errors import has_form_errors
from grandequipe.web.measures import is_too_long
from grandequipe.web.redirects import split_url

log = structlog.get_logger(__name__)

View = Callable[..., Any]


def in_one_transaction(view: View) -> View:
    """Commit once, also where Flask-Security only sends a mail and does not commit.

    A refused form is answered 422, as all of the site's forms are.
    """

    @wraps(view)
    def wrapper(**kwargs: Any) -> Any:
        if request.is_json:
            abort(415)
        # Flask-Security fails on a `next` that is no URL.
        wanted = request.values.get("next", "").replace("\\", "/")
        if split_url(wanted) is None and not is_too_long():
            return redirect(url_for(str(request.endpoint), **kwargs), 303)
        with HASH_SLOTS if request.method == "POST" else nullcontext():
            response: Response = make_response(_committed(view, kwargs))
        if response.status_code == 200 and has_form_errors():
            response.status_code = 422
        return response

    return wrapper


@contextmanager
def undone_for_programs() -> Iterator[None]:
    """Undo what a program's registration writes, account and mail: its answer is a person's."""
    form = RegistrationForm() if request.method == "POST" and not is_too_long() else None
    seconds = current_app.config["SETTINGS"].registration_seconds
    if form is None or not form.is_from_program(seconds):
        yield
        return
    written = db.session.begin_nested()
    yield
    if written.is_active:
        written.rollback()
    log.info("registration_of_program")


def _committed(view: View, kwargs: dict[str, Any]) -> Any:
    try:
        with atomic():
            return view(**kwargs)
    except IntegrityError:
        # The address was registered by a concurrent request: now it is known.
        with atomic():
            return view(**kwargs)
