"""The recording of a webinar: for its readers, and the page of those who look after it."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.attachments.forms import FILES_BODY
from grandequipe.attachments.services import Subject, attachable_files
from grandequipe.attachments.views.receiving import receive_sent
from grandequipe.core.errors import Invalid, NotFound
from grandequipe.core.policies import require
from grandequipe.core.time_zones import clock_of
from grandequipe.core.transactions import atomic
from grandequipe.feed.forms.fields import wall_clock
from grandequipe.feed.models import Webinar
from grandequipe.feed.policies import shown_placements
from grandequipe.members.identity import acting_member, viewer
from grandequipe.members.models import Member
from grandequipe.web.bodies import reads_files
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.webinars.forms.replays import ReplayForm
from grandequipe.webinars.models import FEWEST_ANSWERS, REPLAY_SUBJECT
from grandequipe.webinars.models.replay_inputs import (
    LONGEST_CAPTIONS,
    clock_of_seconds,
    write_chapters,
)
from grandequipe.webinars.policies import manages_registrations, may_give_feedback
from grandequipe.webinars.queries import find_registration
from grandequipe.webinars.queries.replays import (
    find_feedback,
    find_next_webinar,
    find_replay,
    find_shown_replay,
    list_replay_files,
)
from grandequipe.webinars.services import replays as services
from grandequipe.webinars.services.links import sign_registration
from grandequipe.webinars.views.room import get_webinar

CAPTIONS = "captions"
LIMIT = "edits"


@reads_files(FILES_BODY)
@takes(ReplayForm)
@limited_form(LIMIT, previews=True)
@repeatable("sets what goes with a recording")
def replay(post_id: int) -> ResponseReturnValue:
    """Show the recording's settings and what people said; publish it, or change it."""
    organiser, webinar = _organised(post_id)
    if request.method == "GET":
        return _page(organiser, webinar, _filled(organiser, webinar))
    received = receive_sent(organiser.id)
    organiser, webinar = _organised(post_id)
    form, captions_error = ReplayForm(), None
    form.files.add(*received)
    if form.validate() and not form.files.errors and request.form.get("preview") is None:
        try:
            replay_input = form.input(_read_captions(), clock_of(organiser.time_zone))
            with atomic():
                services.save_replay(organiser, webinar, replay_input)
        except Invalid as refused:
            captions_error = refused.errors.get(CAPTIONS)
            form.show(refused)
        else:
            flash(_said(webinar), "success")
            return redirect(url_for("webinars.replay", post_id=post_id), 303)
        organiser, webinar = _organised(post_id)
    is_wrong = form.errors or captions_error
    return _page(organiser, webinar, form, captions_error), 422 if is_wrong else 200


@limited(LIMIT)
@repeatable("what is removed stays so")
def remove_replay(post_id: int) -> ResponseReturnValue:
    """Take the recording away."""
    organiser, webinar = _organised(post_id)
    with atomic():
        services.remove_replay(organiser, webinar)
    flash(_("The recording is gone, and so is every link to it."), "success")
    return redirect(url_for("webinars.replay", post_id=post_id), 303)


def captions(post_id: int) -> Response:
    """Give the captions of a recording to who may watch it."""
    webinar = get_webinar(post_id, viewer())
    shown = find_shown_replay(webinar)
    if shown is None or not shown.captions:
        raise NotFound
    response = Response(shown.captions, mimetype="text/vtt")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def load_replay(post: Any, reader: Member | None) -> dict[str, Any] | None:
    """Load what stands on the page of a webinar that is over."""
    if not isinstance(post, Webinar) or not (post.is_over or post.cancelled_at):
        return None
    registration = find_registration(post.id, reader)
    asks = registration is not None and may_give_feedback(registration, post)
    return {
        "replay": find_shown_replay(post),
        "following": find_next_webinar(post, reader),
        "manages_replay": manages_registrations(reader, post),
        "feedback_token": sign_registration(registration) if registration and asks else None,
        "clock_of_seconds": clock_of_seconds,
    }


def _organised(post_id: int) -> tuple[Member, Webinar]:
    organiser = acting_member()
    webinar = get_webinar(post_id, organiser)
    require(manages_registrations(organiser, webinar), services.MAY_NOT_MANAGE)
    return organiser, webinar


def _filled(organiser: Member, webinar: Webinar) -> ReplayForm:
    """Fill the form with what is there."""
    found = find_replay(webinar.id)
    data: dict[str, Any] = {"url": webinar.replay_url, "files": list_replay_files(webinar.id)}
    if found is not None:
        expires_at = wall_clock(found.expires_at, clock_of(organiser.time_zone))
        data |= {
            "chapters": write_chapters([(at, title) for at, title in found.chapters]),
            "transcript": found.transcript,
            "is_captioned": found.is_captioned,
            "expires_on": expires_at.date() if expires_at else None,
        }
    return ReplayForm(formdata=None, data=data)


def _page(
    organiser: Member, webinar: Webinar, form: ReplayForm, captions_error: str | None = None
) -> str:
    there = [Subject(REPLAY_SUBJECT, webinar.id)]
    form.files.shown = attachable_files(organiser, form.files.data, there)
    found = find_replay(webinar.id)
    return render_page(
        "webinars/replay.html",
        post=webinar,
        group=shown_placements(organiser, webinar)[0].group,
        form=form,
        kept=found if found and not found.is_removed else None,
        replay=find_shown_replay(webinar),
        feedback=find_feedback(webinar, organiser),
        fewest=FEWEST_ANSWERS,
        captions_error=captions_error,
    )


def _read_captions() -> str | None:
    """Read the file of captions that came with the form, None for none; raise Invalid of it."""
    sent = request.files.get(CAPTIONS)
    if sent is None or not sent.filename:
        return None
    content = sent.stream.read(4 * LONGEST_CAPTIONS + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _said(webinar: Webinar) -> str:
    if webinar.is_over:
        return str(_("The recording is published. Those who missed the webinar get one email."))
    return str(_("The recording is kept: readers will see it once the webinar is over."))
