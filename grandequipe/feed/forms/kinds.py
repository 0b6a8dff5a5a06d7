"""What each kind asks for, and nothing else."""

from collections.abc import Mapping
from html import unescape
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, URLField

from grandequipe.core.links import whole_address
from grandequipe.core.time_zones import clock_of, known_time_zones
from grandequipe.feed.forms.fields import CountField, DayField, LocalTimeField, RequiredMark
from grandequipe.feed.forms.posts import PostForm, line
from grandequipe.feed.models import (
    REPEATS,
    RESOURCE_TYPES,
    ROOM_READERS,
    JoinFor,
    Kind,
    Post,
    Repeat,
    ResourceType,
    Webinar,
)
from grandequipe.feed.models.inputs import (
    AnalysisInput,
    CallInput,
    NewsInput,
    ProjectInput,
    ResourceInput,
    SeriesInput,
    WebinarInput,
)
from grandequipe.web.forms import Form, Longest
from grandequipe.web.measures import LONGEST_CHOICE
from grandequipe.web.time_zones import city

# Where French is spoken at work; the member's own zone is added to the list.
TIME_ZONES = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne",
    "America/Miquelon", "Indian/Reunion", "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti",
    "Pacific/Wallis", "Europe/Brussels", "Europe/Luxembourg", "Europe/Zurich", "Europe/London",
    "America/Toronto", "Africa/Dakar",
)  # fmt: skip

RESOURCE_TYPE_CHOICES = [
    SelectChoice("", _("Choose…")),
    *(SelectChoice(each.value, word) for each, word in RESOURCE_TYPES.items()),
]


REPEAT_CHOICES = [
    SelectChoice("", _("Doesn’t repeat")),
    *(SelectChoice(each.value, words) for each, words in REPEATS.items()),
]


class NewsForm(PostForm):
    """A piece of news; its date is a time of its author's own zone."""

    happens_at = LocalTimeField(_("When it happens"))

    def input(self) -> NewsInput:
        """Give what was typed as a draft."""
        return NewsInput(**self._shared(), happens_at=self._instant(self.happens_at))


class AnalysisForm(PostForm):
    """An analysis."""

    def input(self) -> AnalysisInput:
        """Give what was typed as a draft."""
        return AnalysisInput(**self._shared())


class ResourceForm(PostForm):
    """A resource."""

    url = line(_("Web address"), field=URLField)
    resource_type = SelectField(
        _("What is it?"),
        validators=[RequiredMark()],
        choices=RESOURCE_TYPE_CHOICES,
        validate_choice=False,
    )
    publisher = line(_("Published by"))
    published_on = DayField(_("Published on"))
    licence = line(_("Licence"))

    def input(self) -> ResourceInput:
        """Give what was typed as a draft."""
        chosen = self.resource_type.data
        known = chosen in list(ResourceType)
        return ResourceInput(
            **self._shared(),
            url=self.url.data or "",
            resource_type=ResourceType(chosen) if known else None,
            publisher=self.publisher.data or "",
            published_on=self.published_on.data,
            licence=self.licence.data or "",
        )


class AddressForm(Form):
    """An address from which a form is to be filled, and the id of the post that is changed."""

    url = line(_("Web address"), field=URLField)
    post = HiddenField(validators=[Longest(LONGEST_CHOICE)])


class WebinarForm(PostForm):
    """A webinar; its times are those of the zone that is chosen beside them."""

    starts_at = LocalTimeField(_("Starts"), validators=[RequiredMark()])
    ends_at = LocalTimeField(_("Ends"), validators=[RequiredMark()])
    time_zone = SelectField(_("Time zone"), validators=[RequiredMark()], validate_choice=False)
    join_url = line(_("Link of the room"), field=URLField)
    join_for = RadioField(
        _("Who may use this link?"),
        choices=[SelectChoice(each.value, word) for each, word in ROOM_READERS.items()],
        default=JoinFor.REGISTERED.value,
        validate_choice=False,
    )
    venue = line(_("Address of the place"))
    venue_access = line(_("Access for disabled people"))
    venue_map_url = line(_("Link to a map"), field=URLField)
    speakers = line(_("Speakers"))
    capacity = CountField(_("Number of places"))
    replay_url = line(_("Link to the recording"), field=URLField)
    # Of a new one.
    repeats = SelectField(
        _("Repeat"), choices=REPEAT_CHOICES, default="", validators=[Longest(LONGEST_CHOICE)]
    )
    repeat_until = DayField(_("Until"))
    repeat_count = CountField(_("Number of dates"))
    # Of a change of one of a series.
    with_later = BooleanField(_("Change the later dates, too"))

    def __init__(
        self, zone: str, post: Webinar | None = None, typed: Mapping[str, Any] | None = None
    ) -> None:
        candidates = (post.time_zone if post else None, zone, *TIME_ZONES)
        zone = next(each for each in candidates if each in known_time_zones())
        super().__init__(zone, post, typed)
        if self.time_zone.data is None:
            self.time_zone.data = zone
        names = dict.fromkeys((*TIME_ZONES, zone))
        self.time_zone.choices = [SelectChoice(name, city(name)) for name in names]
        if self.time_zone.data in names:
            self.zone = clock_of(self.time_zone.data)

    @property
    def shows_room_address(self) -> bool:
        """Return whether what all readers see has the address of the room, however written."""
        address = whole_address(self.join_url.data or "").partition("://")[2].rstrip("/").lower()
        read = (self.title, self.speakers, self.venue, self.venue_access, self.venue_map_url)
        texts = [unescape(self.body_html.html), *(each.data or "" for each in read)]
        return bool(address) and any(address in each.lower() for each in texts)

    @property
    def is_of_later(self) -> bool:
        """Return whether a change is one of the later dates of a series, too."""
        return bool(self.with_later.data)

    def input(self) -> WebinarInput:
        """Give what was typed as a draft."""
        starts_at, readers = self._instant(self.starts_at), self.join_for.data
        own = dict(
            **self._shared(),
            starts_at=starts_at,
            ends_at=self._instant(self.ends_at, after=starts_at),
            time_zone=self.time_zone.data or "",
            join_url=self.join_url.data or "",
            join_for=JoinFor(readers) if readers in list(JoinFor) else None,
            venue=self.venue.data or "",
            venue_access=self.venue_access.data or "",
            venue_map_url=self.venue_map_url.data or "",
            speakers=self.speakers.data or "",
            capacity=self.capacity.data,
            replay_url=self.replay_url.data or "",
        )
        if self.before is not None or self.repeats.data not in list(Repeat):
            return WebinarInput(**own)
        return SeriesInput(
            **own,
            repeats=Repeat(self.repeats.data),
            repeat_until=self.repeat_until.data,
            repeat_count=self.repeat_count.data,
        )


class ProjectForm(PostForm):
    """A project."""

    partners = line(_("Partners"))
    contact = line(_("Contact"))

    def input(self) -> ProjectInput:
        """Give what was typed as a draft."""
        return ProjectInput(
            **self._shared(),
            partners=self.partners.data or "",
            contact=self.contact.data or "",
        )


class CallForm(PostForm):
    """A call; its deadline is a time of its author's own zone."""

    deadline = LocalTimeField(_("Deadline"), validators=[RequiredMark()])
    url = line(_("Where to apply"), field=URLField)
    funder = line(_("Funded by"))

    def input(self) -> CallInput:
        """Give what was typed as a draft."""
        return CallInput(
            **self._shared(),
            deadline=self._instant(self.deadline),
            url=self.url.data or "",
            funder=self.funder.data or "",
        )


FORMS: Mapping[Kind, type[PostForm]] = {
    Kind.NEWS: NewsForm,
    Kind.RESOURCE: ResourceForm,
    Kind.WEBINAR: WebinarForm,
    Kind.ANALYSIS: AnalysisForm,
    Kind.PROJECT: ProjectForm,
    Kind.CALL: CallForm,
}


def form_for(
    kind: Kind, zone: str, post: Post | None = None, typed: Mapping[str, Any] | None = None
) -> PostForm:
    """Make the form of a kind, for the clock that its author lives by, with what a draft says."""
    return FORMS[kind](zone, post, typed)
