"""A draft as the values of its form, and what a form of a draft says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _, lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectChoice

from grandequipe.attachments.forms import FilesField
from grandequipe.attachments.queries import list_files
from grandequipe.core import clock, html
from grandequipe.core.errors import Invalid
from grandequipe.core.text_validation import too_long
from grandequipe.core.time_zones import clock_of
from grandequipe.feed.forms.fields import LocalTimeField, RequiredMark, wall_clock
from grandequipe.feed.forms.kinds import FORMS, form_for
from grandequipe.feed.forms.posts import PostForm
from grandequipe.feed.models import Draft, Kind, Post
from grandequipe.feed.models.drafts import DRAFT_SUBJECT
from grandequipe.feed.models.inputs import PostInput
from grandequipe.groups.models import Group
from grandequipe.members.queries import list_spoken_for
from grandequipe.web.forms import Form
from grandequipe.web.measures import LONGEST_CHOICE, length_of, measures_of
from grandequipe.web.rich_text import EDITED, TYPED

BODY, FORMAT, FILES, SEEN = "body_html", "body_format", "files", "seen"
# Of one field: more than any list of choices has.
MOST_VALUES = 100


class DraftFilesForm(Form):
    """The files of a form that is saved as a draft."""

    files = FilesField("")


class ScheduleForm(Form):
    """When to publish, by the clock that the author lives by."""

    publish_at = LocalTimeField(_l("Day and time"), validators=[RequiredMark()])


def require_short(sent: MultiDict[str, str]) -> None:
    """Raise Invalid of a field that is longer than a form of any kind takes."""
    measures = {FORMAT: LONGEST_CHOICE, SEEN: LONGEST_CHOICE}
    for form in FORMS.values():
        measures |= measures_of(form)
    for name, most in measures.items():
        if any(len(each) > most and length_of(each) > most for each in sent.getlist(name)):
            raise Invalid({name: too_long(most)})


def content_of(kind: Kind, sent: MultiDict[str, str]) -> dict[str, list[str]]:
    """Take the fields of a kind from what was sent, as typed, once it is known to be short."""
    content: dict[str, list[str]] = {}
    for name in (*measures_of(FORMS[kind]), FORMAT, SEEN):
        values = sent.getlist(name)[:MOST_VALUES]
        if values and name != FILES:
            # PostgreSQL keeps no NUL in JSON.
            content[name] = [each.replace("\x00", "") for each in values]
    return content


def content_from(kind: Kind, zone: str, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Write what a program sent as somebody would type it, in a zone."""
    zone_clock = clock_of(data.get("time_zone") or zone if kind is Kind.WEBINAR else zone)
    content = {FORMAT: [EDITED]}
    for name, value in data.items():
        if name == "territories":
            content[name] = ["; ".join(value)]
        elif isinstance(value, list | tuple):
            content[name] = [str(each) for each in value]
        elif isinstance(value, datetime):
            local = wall_clock(value, zone_clock)
            content[name] = [local.isoformat(timespec="minutes")] if local else []
        elif value is not None:
            content[name] = [value.isoformat() if isinstance(value, date) else str(value)]
    return content


def typed_values(draft: Draft, file_ids: list[int]) -> MultiDict[str, str]:
    """Give the values of a draft as a form takes them: its text is clean, the rest as typed."""
    pairs = ((name, each) for name, values in draft.content.items() for each in values)
    typed = MultiDict(pairs)
    typed.setlist(FILES, [str(each) for each in file_ids])
    if typed.get(FORMAT) == EDITED and typed.get(BODY):
        try:
            typed[BODY] = html.sanitise(typed[BODY])
        except html.TooInvolved:
            # Its tags are shown, and do nothing.
            typed[FORMAT] = TYPED
    return typed


def form_of(
    kind: Kind,
    zone: str,
    draft: Draft | None = None,
    file_ids: list[int] | None = None,
    post: Post | None = None,
) -> PostForm:
    """Make the form of a post, as a draft was left; without one, as it is sent or opened."""
    if draft is None:
        return form_for(kind, zone, post)
    form = form_for(kind, zone, post, typed_values(draft, file_ids or []))
    form.draft_key, form.draft_id, form.draft_version = draft.key, draft.id, draft.version
    form.seen = draft.first_values.get(SEEN)
    return form


def input_of(draft: Draft, groups: Sequence[Group]) -> tuple[PostInput | None, PostForm]:
    """Read a draft of a new post, with the form that says what is wrong where there is no input.

    `groups` are those in which its author may publish now.
    """
    files = list_files(DRAFT_SUBJECT, [draft.id]).get(draft.id, ())
    form = form_of(draft.kind, draft.time_zone, draft, [file.id for file in files])
    form.offer_organisations(list_spoken_for(draft.author))
    form.groups.choices = [SelectChoice(each.slug, each.name) for each in groups]
    return form.validated_input(), form


def errors_at(draft: Draft, groups: Sequence[Group], at: datetime) -> dict[str, str]:
    """Say what would be wrong with a draft at an instant, as sentences that name the field."""
    with clock.travel(at):
        _input, form = input_of(draft, groups)
    return {
        field.name: str(_("%(field)s: %(error)s", field=field.label.text, error=field.errors[0]))
        for field in form
        if field.errors
    }
