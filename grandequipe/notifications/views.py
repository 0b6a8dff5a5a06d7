"""The bell's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.errors import NotFound
from grandequipe.core.transactions import atomic
from grandequipe.extensions import csrf
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.groups.services import change_level
from grandequipe.members.identity import acting_member, viewer
from grandequipe.notifications.forms import LevelForm, MailedForm, ReadForm
from grandequipe.notifications.models import MAIL_LABELS, Writer
from grandequipe.notifications.queries import (
    count_unread,
    count_unread_around,
    get_notification,
    list_mailed_kinds,
    list_notifications,
)
from grandequipe.notifications.services import (
    change_mailed_kinds,
    mark_post_read,
    mark_read,
    mark_topic_read,
    stop_mails,
    stopped_by,
)
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.measures import takes
from grandequipe.web.request_kind import is_page_view
from grandequipe.web.typed import filled, typed

Page = Callable[..., Any]

COUNTED = "unread_notifications"
HTML = Writer(typed, filled)

blueprint = Blueprint("notifications", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Register the pages; stopping mails takes no CSRF token (RFC 8058)."""
    app.register_blueprint(blueprint)
    csrf.exempt(stop_mail)


def count_for_viewer() -> int:
    """Count what the viewer of the page has not read, once for the whole page."""
    member = viewer()
    if member is None:
        return 0
    if COUNTED not in g:
        setattr(g, COUNTED, count_unread(member))
    return cast(int, g.get(COUNTED))


def reading_off(post_page: Page) -> Page:
    """Have the page of a post mark its lines in the bell as read: its counter is right at once.

    Where nothing of it is unread, the page costs no more than it costs anyway.
    """

    @wraps(post_page)
    def answer(post_id: int) -> Any:
        member = viewer()
        if member is None or not is_page_view():
            return post_page(post_id=post_id)
        left, newest = count_unread_around(member, post_id)
        setattr(g, COUNTED, left)
        if newest is None:
            return post_page(post_id=post_id)
        with atomic():
            page = post_page(post_id=post_id)
            # Last: a handler that notifies this member meanwhile waits for no page to be rendered.
            mark_post_read(member, post_id, newest)
        return page

    return answer


@blueprint.get("/notifications")
def index() -> ResponseReturnValue:
    """Show the bell's lines, newest first."""
    member = acting_member()
    page = list_notifications(member, request.args.get("cursor"))
    return render_template("notifications/index.html", page=page, writer=HTML)


@blueprint.get("/notifications/compteur")
def counter() -> ResponseReturnValue:
    """Answer an open page how many lines are unread: always the whole number."""
    return {"unread": count_unread(acting_member())}


@blueprint.post("/notifications/lire")
@repeatable("what is read stays read")
@takes(ReadForm)
def read() -> ResponseReturnValue:
    """Mark as read what the page showed; what came since stays unread."""
    member, form = acting_member(), ReadForm()
    if form.validate_on_submit():
        with atomic():
            mark_read(member, form.newest)
        flash(_("Everything has been marked as read."), "success")
    return redirect(url_for("notifications.index"), 303)


@blueprint.get("/notifications/<id:notification_id>")
def follow(notification_id: int) -> ResponseReturnValue:
    """Mark one line as read, up to what the page showed, and go where it leads."""
    member = acting_member()
    line = get_notification(notification_id, seen_by=member)
    address = line.link(url_for)
    if is_page_view():
        up_to = request.args.get("up_to", line.latest_id, type=int)
        with atomic():
            mark_topic_read(member, line.id, min(up_to, line.latest_id))
    return redirect(address, 303)


@blueprint.route("/groupes/<slug:slug>/notifications", methods=["GET", "POST"])
@repeatable("sets a choice")
@takes(LevelForm)
def preferences(slug: str) -> ResponseReturnValue:
    """Let a member choose what of a group reaches them."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    membership = find_membership(member, group)
    if membership is None or not membership.is_active:
        raise NotFound
    form = LevelForm(level=membership.level.value)
    if form.validate_on_submit():
        with atomic():
            change_level(member, group, form.chosen())
        flash(_("Your choice has been saved."), "success")
        return redirect(url_for("notifications.preferences", slug=slug), 303)
    page = render_template(
        "notifications/preferences.html", group=group, membership=membership, form=form
    )
    return page, 422 if form.errors else 200


@blueprint.route("/reglages/notifications", methods=["GET", "POST"])
@repeatable("sets a choice")
@takes(MailedForm)
def mailed() -> ResponseReturnValue:
    """Let a member choose which notifications are mailed."""
    member = acting_member()
    are_mailed = list_mailed_kinds(member)
    form = MailedForm(kinds=[kind.value for kind, is_mailed in are_mailed.items() if is_mailed])
    if form.validate_on_submit():
        with atomic():
            change_mailed_kinds(member, form.chosen())
        flash(_("Your choice has been saved."), "success")
        return redirect(url_for("notifications.mailed"), 303)
    page = render_template("notifications/mailed.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/notifications/courriels/arret/<token>", methods=["GET", "POST"])
@unkeyed("sets a choice; mail programs send it (RFC 8058)")
def stop_mail(token: str) -> ResponseReturnValue:
    """Show a button on GET, which changes nothing; stop mails on POST, from anywhere."""
    member, kinds = stopped_by(token)
    if request.method == "POST":
        with atomic():
            stop_mails(member, kinds)
    is_mailed = list_mailed_kinds(member)
    page = render_template(
        "notifications/stop_mail.html",
        token=token,
        labels=[MAIL_LABELS[kind] for kind in kinds],
        is_stopped=not any(is_mailed[kind] for kind in kinds),
    )
    return page, 200, {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
