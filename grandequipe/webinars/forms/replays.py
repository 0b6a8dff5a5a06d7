"""What an organiser sends about a recording, and a person about the webinar."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField, URLField

from grandequipe.attachments.forms import FilesField
from grandequipe.core.links import LONGEST_ADDRESS
from grandequipe.feed.forms.fields import DayField
from grandequipe.web.forms import Form, Longest, ManyLines, OneLine, trimmed
from grandequipe.webinars.models import LONGEST_WORDS, ReplayInput
from grandequipe.webinars.models.replay_inputs import LONGEST_CHAPTERS, LONGEST_TRANSCRIPT


class ReplayForm(Form):
    """A recording: where it is, and what goes with it. Captions come as a file of their own."""

    url = URLField(
        _("Web address of the recording"),
        validators=[Longest(LONGEST_ADDRESS), OneLine()],
        filters=[trimmed],
    )
    files = FilesField(_("Or a file: video, sound, and a transcript if there is one"))
    is_captioned = BooleanField(_("The recording has captions already"))
    no_captions = BooleanField(_("Take away the present captions"))
    transcript = TextAreaField(
        _("Transcript"), validators=[Longest(LONGEST_TRANSCRIPT), ManyLines()], filters=[trimmed]
    )
    chapters = TextAreaField(
        _("Chapters"), validators=[Longest(LONGEST_CHAPTERS), ManyLines()], filters=[trimmed]
    )
    expires_on = DayField(_("Take it away after"))

    def input(self, captions: str | None, zone: ZoneInfo) -> ReplayInput:
        """Give what was typed; `captions` is the text of the file that came along, None for none.

        It expires with the end of the chosen day in a zone.
        """
        return ReplayInput(
            url=self.url.data or "",
            files=self.files.data,
            chapters=self.chapters.data or "",
            transcript=self.transcript.data or "",
            captions="" if captions is None and self.no_captions.data else captions,
            is_captioned=bool(self.is_captioned.data),
            expires_at=_end_of(self.expires_on.data, zone),
        )


def _end_of(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=zone) if day else None


class FeedbackForm(Form):
    """Whether a webinar was useful, with a word for the organiser."""

    useful = RadioField(
        _("Was this webinar useful to you?"),
        choices=[SelectChoice("yes", _("Yes")), SelectChoice("no", _("Not really"))],
        validate_choice=False,
    )
    words = StringField(
        _("A word for the organiser"),
        validators=[Longest(LONGEST_WORDS), OneLine()],
        filters=[trimmed],
    )

    @property
    def was_useful(self) -> bool | None:
        """Give the answer, None where none of the two was chosen."""
        return {"yes": True, "no": False}.get(str(self.useful.data))
