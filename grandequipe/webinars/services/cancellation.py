"""Cancelling a webinar, and having it take place after all.

Guarantee: registrations stay as they are, so that a reinstated webinar has its places and its
waiting list again. Whom it concerns is mailed after the commit (see `webinars.handlers`).
"""

from datetime import datetime

from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.events import record_all
from grandequipe.core.moderation_log import Act
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.feed.events import WebinarCancelled, WebinarReinstated
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.feed.services.listing import list_next_date
from grandequipe.feed.services.schedules import (
    MOST_ANNOUNCED,
    is_announced_often,
    raise_revision,
)
from grandequipe.feed.services.texts import (
    group_of_act,
    groups_of,
    hold_memberships,
    lock_post,
    note_act,
)
from grandequipe.groups.policies import may_moderate
from grandequipe.members.models import Member
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.services.seats import lock_webinar, offer_places

LONGEST_CANCELLATION = 1000
MAY_NOT_CANCEL = _l("Only the organisers of a webinar cancel it.")


def cancel_webinar(organiser: Member, webinar: Webinar, words: str = "") -> None:
    """Cancel a webinar; `words` say why to those registered, and may be empty.

    Raises Conflict where it is cancelled already, over, or was cancelled too often in a day.
    """
    details = _lock(organiser, webinar)
    if details.cancelled_at is not None:
        raise Conflict(_("This webinar has been cancelled already."))
    if webinar.is_over:
        raise Conflict(_("This webinar is over."))
    if wrong := length_error(words, LONGEST_CANCELLATION) or text_error(words):
        raise Invalid({"words": wrong})
    if is_announced_often(webinar, WebinarCancelled):
        raise Conflict(
            _(
                "A webinar is cancelled %(most)s times a day at most. Please try again tomorrow.",
                most=MOST_ANNOUNCED,
            )
        )
    details.cancelled_at, details.cancellation = clock.now(), words.strip() or None
    raise_revision(details)
    _record(organiser, webinar, Act.WEBINAR_CANCELLED, WebinarCancelled, details.cancelled_at)


def reinstate_webinar(organiser: Member, webinar: Webinar) -> None:
    """Have a cancelled webinar take place after all; raise Conflict where it is not, or is over."""
    details = _lock(organiser, webinar)
    if details.cancelled_at is None:
        raise Conflict(_("This webinar is not cancelled."))
    if webinar.is_over:
        raise Conflict(_("This webinar is over."))
    cancelled_at = details.cancelled_at
    details.cancelled_at = details.cancellation = None
    raise_revision(details)
    offer_places(webinar)
    _record(organiser, webinar, Act.WEBINAR_REINSTATED, WebinarReinstated, cancelled_at)


def _lock(organiser: Member, webinar: Webinar) -> WebinarDetails:
    hold_memberships(organiser, groups_of(webinar))
    if webinar.series_id is not None:
        # Lists show another date then: its placements are locked before the webinar, as by all.
        lock_post(webinar)
    webinar = lock_webinar(webinar.id)
    require(manages_registrations(organiser, webinar), MAY_NOT_CANCEL)
    if webinar.details is None:
        raise NotFound
    return webinar.details


def _record(
    organiser: Member,
    webinar: Webinar,
    act: Act,
    event: type[WebinarCancelled | WebinarReinstated],
    cancelled_at: datetime,
) -> None:
    db.session.flush()
    groups = [placement.group for placement in webinar.published]
    if any(may_moderate(organiser, group) for group in groups):
        note_act(organiser, act, group_of_act(organiser, webinar), webinar)
    names = {"subject_id": webinar.id, "actor_id": organiser.id}
    at = cancelled_at.isoformat()
    record_all(
        [
            *((each.stream, event(**names, group_id=each.id, cancelled_at=at)) for each in groups),
            *list_next_date(webinar),
        ]
    )
