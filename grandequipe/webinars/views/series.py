"""The page of a series of webinars: its dates, and registering for all of them."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from grandequipe.core.transactions import atomic
from grandequipe.feed.queries.series import get_series
from grandequipe.members.identity import acting_member, viewer
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited
from grandequipe.webinars.forms import SeriesVisitorForm
from grandequipe.webinars.models import VisitorInput
from grandequipe.webinars.policies import may_register
from grandequipe.webinars.queries import find_questioned, find_states
from grandequipe.webinars.services import register_visitor_for_all, series as services
from grandequipe.webinars.views.registering import answer_visitor

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


@takes(SeriesVisitorForm)
@limited(LIMIT)
@repeatable("who is registered stays so")
def register_all(series_id: int) -> ResponseReturnValue:
    """Register for all dates that are to come: a member by one press, a visitor by the form."""
    member = viewer()
    found = get_series(series_id, seen_by=member)
    if member is None:
        return _register_visitor(series_id, found.next.id)
    if request.method == "GET":
        return redirect(url_for("webinars.series_page", series_id=series_id))
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


def _register_visitor(series_id: int, post_id: int) -> ResponseReturnValue:
    def show(form: SeriesVisitorForm, status: int | None = None) -> ResponseReturnValue:
        found = get_series(series_id, seen_by=None)
        page = render_page(
            "webinars/register_all.html",
            found=found,
            post=found.next,
            form=form,
            open=[each for each in found.coming if may_register(None, each)],
        )
        return page, status or (422 if form.errors else 200)

    def write(visitor_input: VisitorInput) -> None:
        register_visitor_for_all(get_series(series_id, seen_by=None).dates, visitor_input)

    done = url_for("webinars.thanks", post_id=post_id)
    return answer_visitor(SeriesVisitorForm, show, write, done)


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
