"""When webinars take place, for their organisers: cancelling them, and their reminders."""

from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import limited
from grandequipe.api.schemas import schedules as schemas
from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.feed.queries import get_post
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import ReminderUnit, WebinarReminder, due_time
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.queries.reminders import list_own_reminders
from grandequipe.webinars.services.reminders import MAY_NOT_REMIND

TAG = "Webinars"
CANCELLATION = "/posts/<id:post_id>/cancellation"
REMINDERS = "/posts/<id:post_id>/webinar-reminders"
LIMIT = "managing"


@call(
    "PUT",
    CANCELLATION,
    tag=TAG,
    answers=schemas.CancellationSchema,
    body=schemas.CancellationBody,
)
@limited(LIMIT)
def cancel_webinar(data: dict[str, Any], post_id: int) -> WebinarDetails:
    """Cancel a webinar, for its organisers: those registered get a mail at once.

    409 where it is cancelled already, or over.
    """
    member, webinar, details = _load(post_id)
    services.cancel_webinar(member, webinar, data["reason"])
    return details


@call("DELETE", CANCELLATION, tag=TAG, answers=None, status=204)
@limited(LIMIT)
def reinstate_webinar(post_id: int) -> None:
    """Have a cancelled webinar take place after all; 409 where it is not cancelled, or over."""
    member, webinar, _details = _load(post_id)
    services.reinstate_webinar(member, webinar)


@call("GET", REMINDERS, tag=TAG, answers=schemas.WebinarRemindersSchema)
def list_webinar_reminders(post_id: int) -> dict[str, Any]:
    """List the reminders that organisers of a webinar have added, for them."""
    member, webinar, details = _load(post_id)
    require(manages_registrations(member, webinar), MAY_NOT_REMIND)
    own = list_own_reminders([post_id]).get(post_id, ())
    return {"items": [_shown(details, each) for each in own]}


@call(
    "POST",
    REMINDERS,
    tag=TAG,
    answers=schemas.WebinarReminderSchema,
    status=201,
    body=schemas.WebinarReminderBody,
)
@limited(LIMIT)
def add_webinar_reminder(data: dict[str, Any], post_id: int) -> dict[str, Any]:
    """Remind those who go at one more time; 422 where that is past, or there is one already."""
    member, webinar, details = _load(post_id)
    wanted = services.ReminderInput(data["amount"], ReminderUnit(data["unit"]), data["words"])
    return _shown(details, services.add_reminder(member, webinar, wanted))


@call("DELETE", f"{REMINDERS}/<id:reminder_id>", tag=TAG, answers=None, status=204)
@limited(LIMIT)
def remove_webinar_reminder(post_id: int, reminder_id: int) -> None:
    """Remind nobody at this time any more; idempotent."""
    member, webinar, _details = _load(post_id)
    services.remove_reminder(member, webinar, reminder_id)


def _load(post_id: int) -> tuple[Member, Webinar, WebinarDetails]:
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    if not isinstance(post, Webinar) or post.details is None:
        raise NotFound
    return member, post, post.details


def _shown(details: WebinarDetails, reminder: WebinarReminder) -> dict[str, Any]:
    names = ("id", "amount", "unit", "words")
    return {name: getattr(reminder, name) for name in names} | {
        "due_at": due_time(details, reminder)
    }
