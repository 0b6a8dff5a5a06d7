"""The bell's pages."""

from datetime import datetime
from http import HTTPStatus
from typing import cast
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.time_zones import clock_of
from grandequipe.core.transactions import atomic
from grandequipe.extensions import csrf
from grandequipe.feed.forms.fields import wall_clock
from grandequipe.feed.models import Post
from grandequipe.feed.policies import may_read_thread, require_reader
from grandequipe.feed.queries import get_post, get_post_to_answer
from grandequipe.feed.views.my_groups import my_groups
from grandequipe.groups.models import Level
from grandequipe.groups.queries import find_membership, get_group, list_memberships
from grandequipe.groups.services import change_level
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.notifications.forms import OTHER, LevelForm, MailedForm, ReadForm, ReminderForm
from grandequipe.notifications.models import MAIL_LABELS, ConversationChoice, Writer
from grandequipe.notifications.queries import (
    count_unread,
    count_unread_around,
    get_notification,
    list_mailed_kinds,
    list_notifications,
    wishes as wish_queries,
)
from grandequipe.notifications.services import (
    change_mailed_kinds,
    mark_post_read,
    mark_read,
    mark_topic_read,
    stop_mails,
    stopped_by,
    wishes,
)
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.formats import clock_time, long_day
from grandequipe.web.forms import is_rate_limited
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.request_kind import is_page_view, wants_fragment
from grandequipe.web.slots import load_slot
from grandequipe.web.typed import filled, typed

UNREAD = "unread_notifications"
HTML = Writer(typed, filled)

# The levels at which something of a group reaches a member.
FOLLOWED_LEVELS = frozenset(Level) - {Level.NONE}

blueprint = Blueprint("notifications", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Register the pages; stopping mails takes no CSRF token (RFC 8058)."""
    app.register_blueprint(blueprint)
    csrf.exempt(stop_mail)


def load_bell() -> dict[str, int] | None:
    """Load what the bell in a page shows a member."""
    member = viewer()
    return {"unread": _unread(member)} if member else None


def mark_shown_post_read(_app: Flask, member: Member, post: Post) -> None:
    """Show in the page of a post what is left unread by opening it; mark the rest read afterwards.

    Where nothing about the post is unread, this is one query, which the page's bell needs anyway.
    """
    post_id = post.id
    left, newest = count_unread_around(member, post_id)
    setattr(g, UNREAD, left)
    if newest is None:
        return

    @after_this_request
    def mark(response: Response) -> Response:
        """Lock the member's notifications once the page is rendered, not meanwhile."""
        if response.status_code == HTTPStatus.OK:
            with atomic():
                mark_post_read(member, post_id, newest)
        return response


def _unread(member: Member) -> int:
    """Count what the viewer has not read, once for all of a page."""
    if UNREAD not in g:
        setattr(g, UNREAD, count_unread(member))
    return cast(int, g.get(UNREAD))


@blueprint.get("/notifications")
def index() -> ResponseReturnValue:
    """Show the bell's lines, newest first."""
    member = acting_member()
    page = list_notifications(member, request.args.get("cursor"))
    return render_page("notifications/index.html", page=page, writer=HTML, unread=_unread(member))


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
    page = render_page(
        "notifications/preferences.html",
        load_slot(TABS, group=group, moderates=membership.moderates),
        group=group,
        membership=membership,
        form=form,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/groupes/<slug:slug>/suivre")
@unkeyed("says whether one follows a group")
def follow_group(slug: str) -> ResponseReturnValue:
    """Have nothing more of a group sent to a member, or again what was sent before."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    membership = find_membership(member, group)
    if membership is None or not membership.is_active:
        raise NotFound
    before, wanted = membership.level, request.form.get("level", "")
    again = Level(wanted) if wanted in FOLLOWED_LEVELS else Level.MENTIONS
    with atomic():
        change_level(member, group, Level.NONE if "take_back" in request.form else again)
    if wants_fragment():
        changed = find_membership(member, group)
        return render_template(
            "notifications/_follow_group.html", membership=changed, before=before
        )
    flash(_("Your choice has been saved."), "success")
    return redirect(url_for("feed.follows"), 303)


def load_followed_groups(member: Member) -> dict[str, object] | None:
    """Load the groups of a member, with what of each reaches them."""
    my_groups(member)  # their names, which the shell shows too
    memberships = list_memberships(member)
    return {"followed_groups": memberships} if memberships else None


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
    page = render_page("notifications/mailed.html", form=form)
    return page, 422 if form.errors else 200


def load_post_actions(post: Post) -> dict[str, object] | None:
    """Load what a member chose for the conversation under a post, and when to be reminded."""
    member = viewer()
    if member is None or not may_read_thread(member, post):
        return None
    return {"wishes": wish_queries.find_wishes(member, post)}


@blueprint.post("/publications/<id:post_id>/conversation")
@limited("reactions")
@unkeyed("says what is on or off")
def conversation(post_id: int) -> ResponseReturnValue:
    """Mute the conversation under a post, follow it, or neither any more."""
    member = acting_member()
    post = get_post_to_answer(post_id, seen_by=member)
    chosen = [choice for choice in ConversationChoice if choice.value in request.form]
    with atomic():
        wishes.choose_conversation(member, post, chosen[0] if chosen else None)
    if wants_fragment():
        return "", 204
    if "list" in request.form:
        return redirect(url_for("notifications.reminders"), 303)
    return redirect(url_for("feed.post_page", post_id=post.id, _anchor="post-own"), 303)


@blueprint.route("/publications/<id:post_id>/rappel", methods=["GET", "POST"])
@takes(ReminderForm)
@limited_form("reactions")
@repeatable("sets when to remind")
def reminder(post_id: int) -> ResponseReturnValue:
    """Let a member choose when to be reminded of a post, or not to be."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    require_reader(member, post)
    is_removed = request.method == "POST" and "remove" in request.form
    if is_removed and not is_rate_limited():
        with atomic():
            wishes.remove_reminder(member, post.id)
        flash(_("The reminder has been removed."), "success")
        return redirect(url_for("notifications.reminders"), 303)
    zone, present = clock_of(member.time_zone), wish_queries.find_wishes(member, post)
    form = ReminderForm(
        zone,
        clock.now(),
        day=OTHER if present.due_at else None,
        due_at=wall_clock(present.due_at, zone),
        note=present.note or "",
    )
    if form.validate_on_submit():
        try:
            with atomic():
                due_at = form.chosen()
                wishes.set_reminder(member, post, due_at, form.note.data or "")
            flash(_("We’ll remind you %(when)s.", when=_moment(due_at, zone)), "success")
            return redirect(url_for("feed.post_page", post_id=post.id), 303)
        except Invalid as refused:
            form.show(Invalid({} if form.due_at.errors else refused.errors))
            # It was rolled back: what the page shows is read again.
            post = get_post(post_id, seen_by=member)
    page = render_page("notifications/reminder.html", post=post, form=form, present=present)
    return page, 422 if form.errors else 200


@blueprint.get("/reglages/rappels")
def reminders() -> str:
    """List a member's reminders to come, and the conversations that they muted or follow."""
    member = acting_member()
    return render_page(
        "notifications/reminders.html",
        reminders=wish_queries.list_reminders(member),
        conversations=wish_queries.list_conversations(member, request.args.get("cursor")),
    )


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    day = long_day(at, str(zone), clock.now().date())
    return str(_("%(date)s at %(time)s", date=day, time=clock_time(at, str(zone))))


@blueprint.route("/notifications/courriels/arret/<token>", methods=["GET", "POST"])
@unkeyed("sets a choice; mail programs send it (RFC 8058)")
def stop_mail(token: str) -> ResponseReturnValue:
    """Show a button on GET, which changes nothing; stop mails on POST, from anywhere."""
    member, kinds = stopped_by(token)
    if request.method == "POST":
        with atomic():
            stop_mails(member, kinds)
    is_mailed = list_mailed_kinds(member)
    page = render_page(
        "notifications/stop_mail.html",
        token=token,
        labels=[MAIL_LABELS[kind] for kind in kinds],
        is_stopped=not any(is_mailed[kind] for kind in kinds),
    )
    return page, 200, {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
