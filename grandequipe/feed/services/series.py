"""Publishing a series of webinars, and changing its later dates with one of them."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from grandequipe.attachments.services import Subject, claim_files
from grandequipe.core import clock
from grandequipe.core.errors import NotFound
from grandequipe.core.time_zones import clock_of
from grandequipe.extensions import db
from grandequipe.feed import policies
from grandequipe.feed.events import PostEdited
from grandequipe.feed.models import Placement, Post, Webinar, WebinarDetails, WebinarSeries
from grandequipe.feed.models.inputs import SeriesInput, WebinarInput
from grandequipe.feed.models.inputs.series import Times, moved_alike
from grandequipe.feed.models.posts import POST_SUBJECT
from grandequipe.feed.services.changes import write_change
from grandequipe.feed.services.listing import StreamEvent, list_dates, place_beside
from grandequipe.feed.services.mentions import keep_mentions
from grandequipe.feed.services.schedules import moves_of
from grandequipe.feed.services.texts import lock_post, make_post
from grandequipe.members.models import Member

LABELS = ("themes", "territories", "files")
# What is typed as words: nothing typed is kept as None.
_WORDS = {each.name for each in fields(WebinarInput) if each.default == ""}


def add_dates(author: Member, first: Webinar, post_input: SeriesInput) -> None:
    """Add the later dates of a series to the post of the first one, where that is placed.

    They are as that one is: read, or waiting. No list shows them yet.
    """
    series = WebinarSeries(repeats=post_input.repeats)
    db.session.add(series)
    db.session.flush()
    first.series_id = series.id
    own = Subject(POST_SUBJECT, first.id)
    for each in post_input.dates()[1:]:
        date = make_post(author, replace(each, body_html=first.body_html), first)
        _details_of(date).series_id = series.id
        for placement in first.placements:
            place_beside(date, placement)
        db.session.add(date)
        db.session.flush()
        keep_mentions(date, had_any=False)
        if first.files:
            ids = [file.id for file in first.files]
            claim_files(author, Subject(POST_SUBJECT, date.id), ids, [own])


def list_later(post: Webinar, after: datetime | None = None) -> Sequence[Webinar]:
    """List the dates of a series to come after one of them, but those that were cancelled.

    `after` is when that one was, where it has been moved.
    """
    since, now = after or _details_of(post).starts_at, clock.now()
    dates = [(each, _details_of(each)) for each in list_dates(post)]
    return [
        date
        for date, own in dates
        if own.starts_at > since and own.ends_at > now and own.cancelled_at is None
    ]


class SeriesChange:
    """What one date of a series says otherwise than before, to be said by the later ones."""

    def __init__(self, post: Webinar) -> None:
        """Keep what a post says before it is changed."""
        self._before = input_of(post)

    @property
    def starts_at(self) -> datetime | None:
        """Give when that one was."""
        return self._before.starts_at

    def input_for(self, later: Webinar, changed: Webinar) -> WebinarInput | None:
        """Give what a later date says with the change; None where it says that already.

        It is moved by as many days and hours of the clock on the wall as the first was.
        """
        before, after, now = self._before, input_of(changed), input_of(later)
        names = [each.name for each in fields(WebinarInput)]
        more: dict[str, Any] = {
            name: getattr(after, name)
            for name in names
            if getattr(before, name) != getattr(after, name)
        }
        more |= self._times(now, after)
        made = replace(now, **more)
        return None if made == now else made

    def _times(self, now: WebinarInput, after: WebinarInput) -> dict[str, Any]:
        before = self._before
        zones = clock_of(before.time_zone), clock_of(after.time_zone)
        steps = [Times.of(before), Times.of(after)]
        if steps[0] == steps[1] and zones[0] == zones[1]:
            return {}
        return moved_alike(Times.of(now), steps, zones)._asdict()


def input_of(post: Webinar) -> WebinarInput:
    """Give what a webinar says as its author would write it."""
    own = {
        each.name: getattr(post, each.name)
        for each in fields(WebinarInput)
        if each.name not in LABELS
    }
    words = {name: "" for name, value in own.items() if value is None and name in _WORDS}
    return WebinarInput(
        **own | words,
        themes=[theme.slug for theme in post.themes],
        territories=[territory.code for territory in post.territories],
        files=[file.id for file in post.files],
    )


def _details_of(post: Post) -> WebinarDetails:
    details = post.details if isinstance(post, Webinar) else None
    if details is None:
        raise NotFound
    return details


def change_later(
    editor: Member, post: Webinar, change: SeriesChange, *, is_minor: bool
) -> list[StreamEvent]:
    """Have the later dates of a series say what one of them says now; give what to record."""
    events: list[StreamEvent] = []
    for later in list_later(post, change.starts_at):
        post_input = change.input_for(later, post)
        if post_input is None or not policies.may_edit_post(editor, later):
            continue
        had_mentions = lock_post(later)
        _claim_same_files(editor, post, later, post_input.files or ())
        write_change(
            editor,
            later,
            replace(post_input, files=None),
            post if post_input.body_html == post.body_html else later,
            had_mentions=had_mentions,
            is_minor=is_minor,
        )
        events += [_edited(editor, each, is_minor) for each in later.published]
        events += moves_of(editor, later)
        _note_same_move(post, later)
    return events


def _note_same_move(post: Webinar, later: Webinar) -> None:
    """Have dates that were moved at once say the same instant: so mails know them."""
    first, other = _details_of(post), _details_of(later)
    if first.moved_at == post.edited_at and other.moved_at == later.edited_at:
        other.moved_at = first.moved_at
        db.session.flush()


def _claim_same_files(actor: Member, post: Post, later: Post, file_ids: Sequence[int]) -> None:
    if [*file_ids] != [file.id for file in later.files]:
        there = [Subject(POST_SUBJECT, post.id)]
        files = claim_files(actor, Subject(POST_SUBJECT, later.id), file_ids, there)
        set_committed_value(later, "files", list(files))


def _edited(editor: Member, placement: Placement, is_minor: bool) -> StreamEvent:
    names = {"subject_id": placement.post_id, "actor_id": editor.id}
    edited = PostEdited(**names, group_id=placement.group_id, minor=is_minor)
    return placement.group.stream, edited
