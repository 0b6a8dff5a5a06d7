"""A form that fills itself from an address, and says who has shared it already."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import escape
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from grandequipe.core.fetching import normalised
from grandequipe.core.links import whole_address
from grandequipe.extensions import db
from grandequipe.feed.forms import PostForm
from grandequipe.feed.forms.kinds import AddressForm
from grandequipe.feed.models import Post
from grandequipe.feed.queries.shared import SharedPost, find_shared
from grandequipe.feed.views.request_args import read_number
from grandequipe.link_previews.tasks import find_proposal, request_proposal
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import unkeyed
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import hit, limited

# What the button says that fills the form, where no script does.
FILL = "fill"
# Seconds: a fetch and its way to a worker.
WAITS_FOR = 8.0
LOOKS_EVERY = 0.2


@takes(AddressForm)
@limited("addresses")
@unkeyed("has a page fetched for its sender; nothing is kept that others read")
def ask_address() -> ResponseReturnValue:
    """Have a worker fetch what a page says: give the id of the answer, and who has it already."""
    member = acting_member()
    form = AddressForm()
    if not form.validate():
        return {"sentence": " ".join(map(str, form.url.errors)) or _unreadable()}, 422
    address = normalised(whole_address(form.url.data or ""))
    if address is None:
        return {"sentence": _unreadable()}, 422
    shared = find_shared(member, address, but=read_number(form.post.data))
    answer = {
        "shared": render_template("feed/_shared.html", already_shared=shared) if shared else ""
    }
    with suppress(BrokerError):
        return {**answer, "id": request_proposal(member.id, address)}, 202
    return {**answer, "sentence": _unreadable()}, 503


def answer_address(token: str) -> ResponseReturnValue:
    """Give what a page says, once a worker has read it."""
    found = find_proposal(acting_member().id, token)
    if found is None:
        return {"state": "waiting"}
    if not found["title"]:
        return {"state": "failed", "sentence": _unreadable()}
    return {"state": "ready", "sentence": _filled(), **_values(found)}


def read_asked_page(member_id: int) -> None:
    """Wait for what the page at the form's address says, where the button asks for it.

    It ends the transaction of the session, whose connection others need meanwhile: call it before
    anything is written.
    """
    if request.form.get("preview") != FILL or "url" not in request.form:
        return
    address = normalised(whole_address(request.form["url"]))
    if address and hit("addresses", member_id):
        db.session.rollback()
        g.asked_page = _wait_for(member_id, address)


def fill_from_address(form: PostForm) -> str | None:
    """Fill in what is empty of a form from the page that was read; give a sentence, if asked to."""
    if request.form.get("preview") != FILL or "url" not in form:
        return None
    found = g.get("asked_page")
    if not found or not found["title"]:
        return _unreadable()
    for name, value in _values(found).items():
        if name in form and not form[name].data:
            form[name].data = value
            form[name].raw_data = None
    return _filled()


def shared_already(member: Member, form: PostForm, post: Post | None) -> Sequence[SharedPost]:
    """Find the posts that have the address or a file of a form already, where it is shown again."""
    if request.method != "POST":
        return ()
    digests = [file.sent_digest for file in form.files.shown if file.sent_digest]
    address = whole_address(form["url"].data or "") if "url" in form else ""
    return find_shared(member, address, digests, but=post.id if post else None)


def _wait_for(member_id: int, address: str) -> Mapping[str, str] | None:
    with suppress(BrokerError):
        token = request_proposal(member_id, address)
        for _look in range(int(WAITS_FOR / LOOKS_EVERY)):
            if found := find_proposal(member_id, token):
                return found
            time.sleep(LOOKS_EVERY)
    return None


def _values(found: Mapping[str, str]) -> dict[str, Any]:
    """Give the values of the form's fields."""
    text = f"<p>{escape(found['description'])}</p>" if found["description"] else ""
    return {"title": found["title"], "publisher": found["site_name"], "body_html": text}


def _unreadable() -> str:
    return str(_("We couldn’t read this page. Fill in the fields yourself: your link is kept."))


def _filled() -> str:
    return str(_("Filled in from the page: check it, and correct what you want."))
