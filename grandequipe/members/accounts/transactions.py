"""One transaction for each request to a page of accounts."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from flask import Response, abort, make_response, redirect, request, url_for
from sqlalchemy.exc import IntegrityError

from grandequipe.core.transactions import atomic
from grandequipe.members.accounts.hashing import HASH_SLOTS
from grandequipe.web.form_errors import has_form_errors
from grandequipe.web.measures import is_too_long
from grandequipe.web.redirects import split_url

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


def _committed(view: View, kwargs: dict[str, Any]) -> Any:
    try:
        with atomic():
            return view(**kwargs)
    except IntegrityError:
        # The address was registered by a concurrent request: now it is known.
        with atomic():
            return view(**kwargs)
