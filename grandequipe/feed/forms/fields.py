"""Fields that keep what was typed and say what it means."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _, lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    Form,
    IntegerField,
    StringField,
)

from grandequipe.feed.models.inputs import year_error


class RequiredMark:
    """Mark a field as required; the draft says what is missing, to the page and to the API."""

    field_flags = {"required": True}

    def __call__(self, _form: Form, _field: Field) -> None:
        """Let the draft judge."""


class LabelsField(StringField):
    """Several words in one line, parted by semicolons."""

    @property
    def words(self) -> list[str]:
        """Give each word once, in order."""
        parts = (part.strip() for part in (self.data or "").split(";"))
        return list(dict.fromkeys(part for part in parts if part))


class OptionalMixin(Field):
    """A field that may be empty: nothing typed is None, and no mistake."""

    mistake: str
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; raise ValueError with `mistake` where that has no value."""
        if not any(each.strip() for each in valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(self.mistake)) from None


class LocalTimeField(OptionalMixin, DateTimeLocalField):
    """A day and an hour as clocks on a wall show them."""

    data: datetime | None
    FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    mistake = _l("Enter a date and time, such as 2026-11-26 14:00.")

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, format=list(self.FORMATS), **kwargs)

    def read_in(self, zone: ZoneInfo, after: datetime | None = None) -> datetime | None:
        """Give the instant at which clocks in `zone` show this; raise ValueError if they never do.

        Where the clocks go back they show an hour twice: what was stored stays as it was, else
        the first time is meant, unless that is not `after` and the second one is.
        """
        if self.data is None:
            return None
        if wrong := year_error(self.data):
            raise ValueError(wrong)
        local = self.object_data if self.data == self.object_data else self.data
        first = local.replace(tzinfo=zone)
        if _never_shown(first):
            raise ValueError(_("The clocks go forward that night, so this time doesn’t exist."))
        second = first.replace(fold=1)
        if after is not None and first.timestamp() <= after.timestamp() < second.timestamp():
            return second.astimezone(UTC)
        return first.astimezone(UTC)


class DayField(OptionalMixin, DateField):
    """A date that may be missing."""

    mistake = _l("Enter a date, such as 2026-11-26.")


class CountField(OptionalMixin, IntegerField):
    """A whole number that may be missing."""

    mistake = _l("Enter a whole number, such as 50.")


def wall_clock(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Give what clocks in `zone` show at an instant; `fold` marks the second of two such hours."""
    return instant.astimezone(zone).replace(tzinfo=None) if instant else None


def _never_shown(local: datetime) -> bool:
    there_and_back = datetime.fromtimestamp(local.timestamp(), local.tzinfo)
    return there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None)
