"""Fields that accept only values which can be stored."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, OneOf, Range

from grandequipe.core.languages import LONGEST_TAG

FIRST_YEAR, LAST_YEAR = 1970, 9000
LARGEST_ID = 2**63 - 1

# Characters, where no other limit is options: for values of an enumeration.
LONGEST_WORD = 1000
NO_NUL = "^[^\\u0000]*$"
KEPT_HTML = (
    "HTML. Kept are paragraphs, h2, h3, lists, quotations, pre, links to the web and mail, bold, "
    "italic, struck and underlined words, code, sup and sub; other elements become paragraphs or "
    "leave their words. Too many tags, or tags too deep within one another, are refused. "
    'A mention is a link to a member whose words begin with @: `<a href="/membres/12">@Name</a>`, '
    "whose name is given as it is today; so is @ with the whole name of one member of the groups. "
    "Each member who may read the text is notified once."
)


class Text(fields.String):
    """Text without characters that cannot be stored; `shortest` and `longest` in characters."""

    def __init__(self, *, longest: int | None = None, shortest: int = 0, **options: Any) -> None:
        if "validate" not in options:
            options["validate"] = Length(min=shortest, max=longest)
            options["metadata"] = {"pattern": NO_NUL} | options.get("metadata", {})
        self.longest = longest or LONGEST_WORD
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        # Before any validator: some, as that of addresses, would read a megabyte.
        if isinstance(value, str) and len(value) > self.longest:
            raise ValidationError(Length.message_max.format(max=self.longest))
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("This text is not valid Unicode.") from None
        if "\x00" in text:
            raise ValidationError("This text holds a sign that cannot be kept.")
        return text


class Instant(fields.AwareDateTime):
    """A time with its UTC offset; serialized in UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **options)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return value.astimezone(UTC).isoformat() if value is not None else None

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR < instant.year < LAST_YEAR:
            raise ValidationError(f"Give a year between {FIRST_YEAR} and {LAST_YEAR}.")
        return instant.astimezone(UTC)


def language_tag(**options: Any) -> Text:
    """Make a field for the language of a text: a BCP 47 tag, or null where it is not stated."""
    metadata = {"description": "BCP 47, such as fr or pt-BR; null: not stated."}
    return Text(longest=LONGEST_TAG, allow_none=True, metadata=metadata, **options)


def one_of(enum: type[StrEnum], **options: Any) -> Text:
    """Make a field for a value of an enumeration."""
    return Text(validate=OneOf([member.value for member in enum]), **options)


def whole(lowest: int, highest: int, **options: Any) -> fields.Integer:
    """Make a field for an integer, not a string or a float."""
    return fields.Integer(strict=True, validate=Range(min=lowest, max=highest), **options)


def id_of_something(**options: Any) -> fields.Integer:
    """Make a field for the id of a row."""
    return whole(1, LARGEST_ID, **options)
