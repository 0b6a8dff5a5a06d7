"""The page of a series of webinars: its dates, and registering for all of them."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from grandequipe.core.transactions import atomic
from grandequipe.feed.queries.series import get_series
from grandequipe.members.identity import acting_member, viewer
from grandequipe.web.form_rules import repeatable
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.webinars.policies import may_register
from grandequipe.webinars.queries import find_questioned, find_states
from grandequipe.webinars.services import series as services

LIMIT = "managing"


def series_page(series_id: int) -> str:
    """List the dates of a series that the viewer may see: those to come, then those past."""
    reader = viewer()
    found = get_series(series_id, seen_by=reader)
    own = find_states([date.id for date in found.dates], reader)
    states = {post_id: each.state for post_id, each in own.items() if each.is_active}
    opens = {each.id for each in found.coming if may_register(reader, each)}
    return render_page(
        "webinars/series.html",
        found=found,
        post=found.next,
        states=states,
        open=opens - states.keys(),
        asking=find_questioned(list(opens)),
        registered=sum(date.id in states for date in found.coming),
    )


@limited(LIMIT)
@repeatable("who is registered stays so")
def register_all(series_id: int) -> ResponseReturnValue:
    """Register the member for all dates that are to come."""
    member = acting_member()
    found = get_series(series_id, seen_by=member)
    with atomic():
        made, asking = services.register_for_all(member, found.dates)
        number = len(made)
    if number:
        said = ngettext(
            "You’re registered for %(num)d more date. An email lists them all.",
            "You’re registered for %(num)d more dates. An email lists them all.",
            number,
        )
        flash(said, "success")
    if asking:
        flash(_("Some dates ask a question: register for those one by one."), "info")
    return redirect(url_for("webinars.series_page", series_id=series_id), 303)


@limited(LIMIT)
@repeatable("what is cancelled stays cancelled")
def cancel_all(series_id: int) -> ResponseReturnValue:
    """Cancel the member's registrations to the dates that are to come."""
    member = acting_member()
    found = get_series(series_id, seen_by=member)
    with atomic():
        services.cancel_all(member, found.dates)
    flash(_("Your registrations have been cancelled."), "success")
    return redirect(url_for("webinars.series_page", series_id=series_id), 303)
