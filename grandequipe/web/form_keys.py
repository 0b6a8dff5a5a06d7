"""Idempotency keys of forms: every form that writes has a key and is carried out once.

A page gives each of its forms a random key (`form_key` in templates). The writes of a POST and the
row of its key are one transaction (see `web.submissions`), so that a repeated form (two clicks, a
slow or lost response, a reload, the back button) writes once and gets the first response. A refused
form does not use up its key. Each view declares the rule for a form whose key was used (see
`web.form_rules`).
"""

import re
import secrets
from functools import partial
from typing import Any

from blinker import Namespace
from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    g,
    make_response,
    message_flashed,
    redirect,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from grandequipe.core.transactions import (
    atomic,
    commit_joined,
    join_transaction,
    leave_transaction,
)
from grandequipe.extensions import db
from grandequipe.web import form_responses, submissions
from grandequipe.web.form_rules import Rule, rule_of
from grandequipe.web.models import FormSubmission
from grandequipe.web.submissions import KEY, PendingSubmission

WELL_FORMED = re.compile(r"[\w-]{16,64}", re.ASCII)
response_repeated = Namespace().signal("answered-again")


class AlreadySubmitted(Exception):
    """The form's key was used; `is_same`: with the same content."""

    def __init__(self, earlier: FormSubmission, is_same: bool) -> None:
        super().__init__(earlier.id)
        self.location = earlier.location or request.full_path
        self.messages = earlier.messages
        self.is_same = is_same


def is_key(key: str) -> bool:
    """Whether this is a well-formed key."""
    return bool(WELL_FORMED.fullmatch(key))


def init_app(app: Flask) -> None:
    """Carry out forms once; call it after `confirmations.init_app`."""
    app.before_request(_begin)
    app.teardown_request(_leave)
    app.register_error_handler(AlreadySubmitted, _repeat_response)
    app.jinja_env.globals.update(
        form_key=form_key,
        used_key=used_key,
        was_sent=was_sent,
        first_response_url=lambda: g.get("first_response_url"),
    )
    message_flashed.connect(_note_message, app)


def form_key(form: Form | None = None) -> str:
    """Return a new key, or the request's key for the submitted form, shown again."""
    draft_key = getattr(form, "draft_key", None)
    if draft_key and request.method == "GET":
        # It is sent once, from whichever of the devices that opened the draft.
        return str(draft_key)
    is_shown_again = g.get("is_form_resent") or (form is not None and was_sent(form))
    # In this order: the form of a body that is too large cannot be read.
    key = request.form.get(KEY, "") if is_shown_again and "first_response_url" not in g else ""
    return key if is_key(key) else secrets.token_urlsafe(16)


def used_key(form: Form) -> str:
    """Return the used key of a form that is shown again with a new one, "" for any other."""
    return request.form.get(KEY, "") if was_sent(form) else ""


def was_sent(form: Form) -> bool:
    """Whether the form is shown again, with values of this request."""
    is_draft = bool(getattr(form, "draft_key", None)) and request.method == "GET"
    return not is_draft and any(field.raw_data for field in form)


def _begin() -> None:
    if not g.get("csrf_valid") or "preview" in request.form:
        return
    key = request.form.get(KEY, "")
    rule = rule_of(current_app.view_functions[request.endpoint or ""])
    if rule is Rule.UNKEYED or not is_key(key):
        return
    g.submission = submissions.current_submission(key, with_content=rule is Rule.SEPARATE)
    join_transaction(partial(_claim, g.submission, rule))
    # Before the functions that Flask-Security registers for after the request: they commit.
    after_this_request(_finish)


def _claim(pending: PendingSubmission, rule: Rule) -> None:
    """Claim the key of the form; raise AlreadySubmitted if it was used and is not repeatable."""
    row = submissions.claim(pending)
    if not pending.is_new and rule is not Rule.REPEATABLE:
        raise AlreadySubmitted(row, row.content == pending.content)


def _note_message(_app: Flask, message: object, category: str, **_more: Any) -> None:
    if pending := g.get("submission"):
        pending.messages.append(form_responses.stored_message(message, category))


def _finish(response: Response) -> Response:
    """Commit the writes with their response; without a commit, discard the flashed messages."""
    pending: PendingSubmission | None = g.pop("submission", None)
    if pending is None:
        return response
    is_committed = False
    try:
        if response.status_code >= 500:
            return response
        if pending.is_claimed:
            _commit(pending, response)
        is_committed = True
    finally:
        leave_transaction()
        if not is_committed:
            form_responses.discard_messages(pending.messages)
    return _unless_submitted(pending, response) if response.status_code >= 400 else response


def _commit(pending: PendingSubmission, response: Response) -> None:
    if response.status_code < 400:
        has_logged_in = pending.member_id is None and submissions.member_id() is not None
        location = form_responses.stored_location(response, has_logged_in=has_logged_in)
        submissions.keep(pending, location)
    elif pending.is_new:
        submissions.forget(pending)
    commit_joined()


def _leave(_error: BaseException | None) -> None:
    """Leave the joined transaction where an exception became no response (see `_finish`)."""
    if g.pop("submission", None) is not None:
        leave_transaction()


def _unless_submitted(pending: PendingSubmission, refused: Response) -> Response:
    """Repeat the first response to a form that is refused only because it was carried out."""
    earlier = submissions.find(pending)
    if earlier is None or earlier.content != pending.content:
        return refused
    return _first_response(AlreadySubmitted(earlier, is_same=True))


def _repeat_response(earlier: AlreadySubmitted) -> ResponseReturnValue:
    pending: PendingSubmission = g.pop("submission")
    leave_transaction()
    if not earlier.is_same:
        return _show_changed_form(earlier)
    with atomic():
        submissions.note_mark(pending)
    return _first_response(earlier)


def _first_response(earlier: AlreadySubmitted) -> Response:
    form_responses.flash_again(earlier.messages)
    response_repeated.send(current_app._get_current_object(), endpoint=request.endpoint)  # type: ignore[attr-defined]
    return make_response(redirect(earlier.location, 303))


def _show_changed_form(earlier: AlreadySubmitted) -> Response:
    """Show the form again, with a new key: its sender decides what the changed content is for."""
    g.first_response_url = earlier.location
    g.refusal = _(
        "You’ve already sent this, and changed it since. Here’s what you typed: edit what was "
        "sent, or send this as well."
    )
    db.session.rollback()
    view = current_app.view_functions[request.endpoint or ""]
    response: Response = make_response(view(**(request.view_args or {})))
    response.status_code = 409
    return response
