"""When a webinar takes place, for its organisers: cancelling it, and the reminders."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core import clock
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Webinar
from grandequipe.feed.policies import shown_placements
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.webinars import services
from grandequipe.webinars.forms.scheduling import UNITS, CancellationForm, OwnReminderForm
from grandequipe.webinars.models import reminder_times
from grandequipe.webinars.policies import manages_registrations
from grandequipe.webinars.queries import count_places
from grandequipe.webinars.queries.reminders import list_own_reminders
from grandequipe.webinars.services import series
from grandequipe.webinars.services.cancellation import MAY_NOT_CANCEL
from grandequipe.webinars.services.reminders import MAY_NOT_REMIND
from grandequipe.webinars.views.room import get_webinar

LIMIT = "managing"


@takes(CancellationForm)
@limited_form(LIMIT)
@repeatable("what is cancelled is not cancelled again")
def cancel_webinar(post_id: int) -> ResponseReturnValue:
    """Cancel a webinar once it is confirmed, with words to those registered."""
    actor, webinar = _load(post_id)
    require(manages_registrations(actor, webinar), MAY_NOT_CANCEL)
    form = CancellationForm()

    def write() -> str:
        words = form.words.data or ""
        if form.with_later.data:
            series.cancel_with_later(actor, webinar, words)
            return _("These dates are cancelled, and those registered get an email.")
        services.cancel_webinar(actor, webinar, words)
        return _("The webinar is cancelled, and those registered get an email.")

    def load() -> dict[str, object]:
        present = _load(post_id)[1]
        return _shown(actor, present) | {"counts": count_places([post_id])[post_id]}

    page = FormPage("webinars/cancel_webinar.html", form, load)
    return page.answer(write, url_for("feed.post_page", post_id=post_id))


@limited_form(LIMIT)
@repeatable("it takes place, however often it is said")
def reinstate_webinar(post_id: int) -> ResponseReturnValue:
    """Have a cancelled webinar take place after all."""
    actor, webinar = _load(post_id)
    with atomic():
        services.reinstate_webinar(actor, webinar)
    flash(
        _("The webinar takes place. Those who had read of the cancellation get an email."),
        "success",
    )
    return redirect(url_for("feed.post_page", post_id=post_id), 303)


@takes(OwnReminderForm)
@limited_form(LIMIT)
def reminders(post_id: int) -> ResponseReturnValue:
    """List when those who go are reminded, and add a time."""
    actor, webinar = _load(post_id)
    require(manages_registrations(actor, webinar), MAY_NOT_REMIND)
    form = OwnReminderForm()

    def write() -> str:
        services.add_reminder(actor, webinar, form.input())
        return _("The reminder has been added.")

    def load() -> dict[str, object]:
        present = _load(post_id)[1]
        own = list_own_reminders([post_id]).get(post_id, ())
        return _shown(actor, present) | {
            "times": reminder_times(present.details, own) if present.details else [],
            "own": {str(each.id): each for each in own},
            "units": UNITS,
            "now": clock.now(),
        }

    page = FormPage("webinars/reminders.html", form, load)
    return page.answer(write, url_for("webinars.reminders", post_id=post_id))


@limited(LIMIT)
@repeatable("a reminder is there, or not")
def remove_reminder(post_id: int, reminder_id: int) -> ResponseReturnValue:
    """Remind nobody at this time any more."""
    actor, webinar = _load(post_id)
    with atomic():
        services.remove_reminder(actor, webinar, reminder_id)
    flash(_("The reminder has been removed."), "success")
    return redirect(url_for("webinars.reminders", post_id=post_id), 303)


def _load(post_id: int) -> tuple[Member, Webinar]:
    actor = acting_member()
    return actor, get_webinar(post_id, actor)


def _shown(actor: Member, webinar: Webinar) -> dict[str, object]:
    return {"post": webinar, "group": shown_placements(actor, webinar)[0].group}
