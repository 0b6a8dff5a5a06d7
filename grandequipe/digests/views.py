"""The digest's pages: choosing it, previewing it, and leaving it with one click."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Flask,
    flash,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.mail import Mail
from grandequipe.core.transactions import atomic
from grandequipe.digests.forms import DigestForm, frequency_label
from grandequipe.digests.models import DigestReader, Frequency
from grandequipe.digests.queries import (
    DigestWeek,
    count_digest_readers,
    count_digests,
    get_subscription,
    get_subscription_by_key,
)
from grandequipe.digests.services import (
    Rarer,
    change_subscription,
    compose,
    make_rarer,
    take_back,
    write_digest,
)
from grandequipe.extensions import csrf
from grandequipe.feed.queries.vitality import Week
from grandequipe.groups.models import Group
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable, unkeyed
from grandequipe.web.frames import framed_mail
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page

blueprint = Blueprint("digests", __name__, template_folder="templates")


def init_app(app: Flask) -> None:
    """Register the pages; unsubscribing takes no CSRF token (RFC 8058)."""
    app.register_blueprint(blueprint)
    csrf.exempt(unsubscribe)


@blueprint.route("/reglages/lettre", methods=["GET", "POST"])
@repeatable("sets a choice")
@takes(DigestForm)
def preferences() -> ResponseReturnValue:
    """Let a member choose how often the digest comes, and when."""
    member = acting_member()
    subscription = get_subscription(member)
    form = DigestForm(obj=subscription)
    if request.method == "GET":
        form.frequency.data = subscription.frequency.value
    if form.validate_on_submit():
        with atomic():
            change_subscription(member, **form.choice())
        flash(_("Your choice has been saved."), "success")
        return redirect(url_for("digests.preferences"), 303)
    page = render_page("digests/preferences.html", form=form, subscription=subscription)
    return page, 422 if form.errors else 200


@blueprint.get("/reglages/lettre/apercu")
def preview() -> ResponseReturnValue:
    """Show the digest as it would be now."""
    return render_page("digests/preview.html", digest=_write(acting_member()))


@blueprint.get("/reglages/lettre/apercu/lettre")
def preview_digest() -> ResponseReturnValue:
    """Return the digest itself, for the iframe of the preview."""
    digest = _write(acting_member())
    if digest is None:
        return redirect(url_for("digests.preview"), 303)
    return framed_mail(digest.html)


@blueprint.route("/lettre/desabonnement/<key>", methods=["GET", "POST"])
@unkeyed("sets a choice; mail programs send it (RFC 8058)")
def unsubscribe(key: str) -> ResponseReturnValue:
    """Show buttons on GET, which changes nothing; make the digest rarer on POST, from anywhere.

    Mail programs POST `List-Unsubscribe=One-Click` without cookie (RFC 8058). The page that
    follows a POST offers to undo it: see `services.subscriptions` for what this address may do.
    """
    subscription = get_subscription_by_key(key)
    changed: Rarer | None = None
    comes_too_late = False
    if request.method == "POST":
        token, wanted = request.form.get("again"), _wanted()
        with atomic():
            if wanted is not None:
                changed = make_rarer(subscription.member, wanted)
            elif token is not None:
                comes_too_late = not take_back(subscription.member, token)
            else:
                comes_too_late = True
    page = render_page(
        "digests/unsubscribe.html",
        key=key,
        subscription=subscription,
        changed=changed,
        comes_too_late=comes_too_late,
        frequency_label=frequency_label,
        rarer=[each for each in Frequency if each.is_rarer_than(subscription.frequency)],
    )
    status = 409 if comes_too_late else 200
    return page, status, {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def load_readers(group: Group, author: Member) -> dict[str, int]:
    """Load how many members will have in their digest what an author writes."""
    return {"readers": count_digest_readers(group, seen_by=author)}


def load_vitality(
    group: Group, weeks: Sequence[Week] | None
) -> dict[str, Sequence[DigestWeek]] | None:
    """Load what digests did for a group, week by week; None for a group of few people."""
    return {"weeks": count_digests(group, weeks)} if weeks else None


def _write(member: Member) -> Mail | None:
    composed = compose(member)
    reader = DigestReader.of(get_subscription(member))
    return write_digest(reader, composed) if composed.posts else None


def _wanted() -> Frequency | None:
    """Read the wanted frequency: never, unless a known frequency or `again` is sent.

    A POST with `List-Unsubscribe` stops the digest whatever else it holds.
    """
    if "List-Unsubscribe" not in request.form:
        if "frequency" in request.form:
            known = {frequency.value: frequency for frequency in Frequency}
            return known.get(request.form["frequency"])
        if "again" in request.form:
            return None
    return Frequency.NEVER
