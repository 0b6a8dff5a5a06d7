"""Every form that writes carries a key and is carried out once.

A page gives each of its forms a random key (`form_key` in templates). What a POST writes joins one
transaction with the row of its key (see `web.submissions`), so that however a form comes again (two
presses, a slow or lost answer, a reload, the back button), it writes once and gets the first
answer. What is refused does not use its key up. What becomes of a form whose key was used is
declared of its view (see `web.form_rules`).
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
from grandequipe.web import form_answers, submissions
from grandequipe.web.form_rules import Rule, rule_of
from grandequipe.web.models import FormSubmission
from grandequipe.web.submissions import KEY, Sending

WELL_FORMED = re.compile(r"[\w-]{16,64}", re.ASCII)
answered_again = Namespace().signal("answered-again")


class SentBefore(Exception):
    """Say that a form was carried out before; `is_same`: with the same words."""

    def __init__(self, earlier: FormSubmission, is_same: bool) -> None:
        super().__init__(earlier.id)
        self.location = earlier.location or request.full_path
        self.messages = earlier.messages
        self.is_same = is_same


def is_key(word: str) -> bool:
    """Tell whether a page may have given this key."""
    return bool(WELL_FORMED.fullmatch(word))


def init_app(app: Flask) -> None:
    """Carry out forms once: after the questions, which are asked before any act."""
    app.before_request(_begin)
    app.teardown_request(_leave)
    app.register_error_handler(SentBefore, _answer_again)
    app.jinja_env.globals.update(
        form_key=form_key, key_before=key_before, sent_before=lambda: g.get("sent_before")
    )
    message_flashed.connect(_note_message, app)


def form_key(form: Form | None = None) -> str:
    """Give a new key, or that of the request for the form that it sent and that comes back."""
    comes_back = g.get("is_sent_on") or (form is not None and _was_sent(form))
    # What is too large to be read has no form to ask.
    sent = request.form.get(KEY, "") if comes_back and "sent_before" not in g else ""
    return sent if is_key(sent) else secrets.token_urlsafe(16)


def key_before(form: Form) -> str:
    """Give the used key of a form that comes back with a new one, "" for any other."""
    return request.form.get(KEY, "") if _was_sent(form) else ""


def _was_sent(form: Form) -> bool:
    return any(field.raw_data for field in form)


def _begin() -> None:
    if not g.get("csrf_valid") or "preview" in request.form:
        return
    key = request.form.get(KEY, "")
    rule = rule_of(current_app.view_functions[request.endpoint or ""])
    if rule is Rule.UNKEYED or not is_key(key):
        return
    g.sending = submissions.sending(key, with_content=rule is Rule.SEPARATE)
    join_transaction(partial(_claim, g.sending, rule))
    # Before what Flask-Security has done after a request: it commits.
    after_this_request(_settle)


def _claim(sent: Sending, rule: Rule) -> None:
    """Claim the key of the form; raise SentBefore for what is not done twice."""
    row = submissions.claim(sent)
    if not sent.is_new and rule is not Rule.REPEATABLE:
        raise SentBefore(row, row.content == sent.content)


def _note_message(_app: Flask, message: object, category: str, **_more: Any) -> None:
    if sent := g.get("sending"):
        sent.messages.append(form_answers.message_kept(message, category))


def _settle(response: Response) -> Response:
    """Commit what was done, with its answer; the next page says nothing of what was not done."""
    sent: Sending | None = g.pop("sending", None)
    if sent is None:
        return response
    is_committed = False
    try:
        if response.status_code >= 500:
            return response
        if sent.is_claimed:
            _commit(sent, response)
        is_committed = True
    finally:
        leave_transaction()
        if not is_committed:
            form_answers.take_back(sent.messages)
    return _unless_done(sent, response) if response.status_code >= 400 else response


def _commit(sent: Sending, response: Response) -> None:
    if response.status_code < 400:
        has_logged_in = sent.member_id is None and submissions.member_id() is not None
        location = form_answers.location_kept(response, has_logged_in=has_logged_in)
        submissions.keep(sent, location)
    elif sent.is_new:
        submissions.forget(sent)
    commit_joined()


def _leave(_error: BaseException | None) -> None:
    """Have the blocks after a request commit where its error became no page (see `_settle`)."""
    if g.pop("sending", None) is not None:
        leave_transaction()


def _unless_done(sent: Sending, refused: Response) -> Response:
    """Give the first answer to what is only refused because it was done."""
    earlier = submissions.find(sent)
    if earlier is None or earlier.content != sent.content:
        return refused
    return _same_answer(SentBefore(earlier, is_same=True))


def _answer_again(before: SentBefore) -> ResponseReturnValue:
    sent: Sending = g.pop("sending")
    leave_transaction()
    if not before.is_same:
        return _other_words(before)
    with atomic():
        submissions.note_mark(sent)
    return _same_answer(before)


def _same_answer(before: SentBefore) -> Response:
    form_answers.flash_again(before.messages)
    answered_again.send(current_app._get_current_object(), endpoint=request.endpoint)  # type: ignore[attr-defined]
    return make_response(redirect(before.location, 303))


def _other_words(before: SentBefore) -> Response:
    """Show the form again, with a new key, for its sender to say what the other words are for."""
    g.sent_before = before.location
    g.refusal = _(
        "You’ve already sent this, and changed it since. Here’s what you typed: edit what was "
        "sent, or send this as well."
    )
    db.session.rollback()
    view = current_app.view_functions[request.endpoint or ""]
    response: Response = make_response(view(**(request.view_args or {})))
    response.status_code = 409
    return response
