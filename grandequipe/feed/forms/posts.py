"""What an author types, whatever the kind; `.draft()` gives it to the services."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext as _
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, URLField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from grandequipe.attachments.forms import FilesField
from grandequipe.core.errors import Invalid
from grandequipe.core.html import LONGEST_BODY
from grandequipe.core.languages import plausible_language
from grandequipe.core.links import LONGEST_ADDRESS
from grandequipe.core.time_zones import clock_of
from grandequipe.feed.forms.fields import (
    LabelsField,
    LocalTimeField,
    RequiredMark,
    wall_clock,
)
from grandequipe.feed.models import Post
from grandequipe.feed.models.inputs import (
    INPUTS,
    LONGEST_LINE,
    LONGEST_TITLE,
    MOST_LABELS,
    PostInput,
)
from grandequipe.members.models import Organisation
from grandequipe.taxonomies.forms import theme_choices
from grandequipe.taxonomies.queries import find_territories
from grandequipe.web.forms import (
    Form,
    Longest,
    ManyLines,
    OneLine,
    trimmed,
    unbroken,
)
from grandequipe.web.languages import language_field
from grandequipe.web.rich_text import RichTextField

# Names of communes are long, and more of them than may be are named one by one.
LONGEST_LABELS = 4_000


def line(
    label: Any,
    *validators: Any,
    field: type[StringField] = StringField,
    longest: int = LONGEST_LINE,
    **more: Any,
) -> Any:
    """Make a field of one line; only in words French signs stay where they belong."""
    most = LONGEST_ADDRESS if field is URLField else longest
    made = [trimmed, unbroken] if field is StringField else [trimmed]
    return field(label, validators=[*validators, Longest(most), OneLine()], filters=made, **more)


class PostForm(Form):
    """What every kind asks for: a title, a text, themes, territories."""

    title = line(_("Title"), RequiredMark(), longest=LONGEST_TITLE)
    body_html = RichTextField(
        _("Text"),
        validators=[RequiredMark(), Longest(LONGEST_BODY), ManyLines()],
        filters=[trimmed],
    )
    language = language_field(_("Language of the text"))
    themes = SelectMultipleField(_("Themes"))
    groups = SelectMultipleField(_("Groups"), choices=[])
    files = FilesField(_("Files and pictures"))
    territories = line(_("Territories"), field=LabelsField, longest=LONGEST_LABELS)
    organisation_id = SelectField(_("In the name of"), choices=[], default="")
    # Of a change only.
    minor = BooleanField(_("Minor correction"))

    # The draft that the form goes on with, and the text of its post that it was begun from.
    draft_id: int | None = None
    draft_version: int | None = None
    draft_key: str | None = None
    seen: str | None = None

    most_labels = MOST_LABELS

    @property
    def is_of_later(self) -> bool:
        """Return whether a change is one of the later dates of a series, too."""
        return False

    def __init__(
        self, zone: str, post: Post | None = None, typed: Mapping[str, Any] | None = None
    ) -> None:
        """Make the form of a post; `typed` are the values of a draft, as a request has them."""
        self.zone = clock_of(zone)
        self.before = post
        data = dict(self._typed(post)) if post else None
        if typed is None:
            super().__init__(data=data)
        else:
            super().__init__(formdata=typed, data=data, meta={"csrf": False})
        # Mistakes are listed in the order of the page, where a kind's own fields come first.
        for name in ("body_html", "files", "language", "territories", "themes"):
            self._fields[name] = self._fields.pop(name)
        self.themes.choices = list(theme_choices(str(get_locale())))
        self.offer_organisations(())

    def offer_organisations(self, organisations: Iterable[Organisation]) -> None:
        """Let the author write in the name of these, or of the one that the post has already."""
        offered = {each.id: each.name for each in organisations}
        if self.before is not None and self.before.organisation is not None:
            offered[self.before.organisation.id] = self.before.organisation.name
        choices = [SelectChoice(str(id), name) for id, name in offered.items()]
        self.organisation_id.choices = [SelectChoice("", _("Myself")), *choices]

    def _typed(self, post: Post) -> Iterator[tuple[str, Any]]:
        """Give again what was typed to make a post."""
        for each in fields(INPUTS[post.kind]):
            value = getattr(post, each.name)
            yield (
                each.name,
                wall_clock(value, self.zone) if isinstance(value, datetime) else value,
            )
        yield "language", post.language or ""
        yield "organisation_id", str(post.organisation_id or "")
        yield "themes", [theme.slug for theme in post.themes]
        yield "territories", "; ".join(territory.label for territory in post.territories)

    def validate_territories(self, field: LabelsField) -> None:
        """Name a territory that we do not know, beside all else that is wrong."""
        # More than these were never accepted, whatever they are.
        words = field.words[: 2 * MOST_LABELS]
        found = find_territories(words) if words else []
        known = {name for territory in found for name in (territory.code, territory.label)}
        for word in words:
            if word not in known:
                raise ValidationError(
                    gettext("We don’t know a place called “%(name)s”.", name=word)
                )

    @property
    def shows_room_address(self) -> bool:
        """Return whether the text has the address of a webinar's room, which is shown nowhere."""
        return False

    def validated_input(self) -> PostInput | None:
        """Give the draft when nothing is wrong with it, else put what is on the fields."""
        self.validate()
        if self.is_rate_limited:
            return None
        post_input = self.input()
        try:
            post_input.validate(self.before)
        except Invalid as refused:
            self.show(refused)
        return None if self.errors else post_input

    def input(self) -> PostInput:
        """Give what was typed as a draft."""
        raise NotImplementedError

    def _shared(self) -> dict[str, Any]:
        title, body = self.title.data or "", self.body_html.html
        return {
            "title": title,
            "body_html": body,
            "language": plausible_language(self.language.data, f"{title} {body}"),
            "themes": self.themes.data or [],
            "territories": self.territories.words,
            "files": self.files.data,
            "organisation_id": int(self.organisation_id.data or 0) or None,
        }

    def _instant(self, field: LocalTimeField, after: datetime | None = None) -> datetime | None:
        """Read a local time, or put on its field why there is no such time."""
        try:
            return field.read_in(self.zone, after)
        except ValueError as error:
            field.errors = [*field.errors, str(error)]
            return None
