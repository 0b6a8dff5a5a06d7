"""Fields that only let through what can be kept."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length, OneOf, Range

from grandequipe.core.languages import LONGEST_TAG

FIRST_YEAR, LAST_YEAR = 1970, 9000
LARGEST_ID = 2**63 - 1

# What is one of a few words, where no other measure is given.
LONGEST_WORD = 1000
NO_NUL = "^[^\\u0000]*$"
KEPT_HTML = (
    "HTML. Kept are paragraphs, h2, h3, lists, quotations, pre, links to the web and mail, bold, "
    "italic, struck and underlined words, code, sup and sub; other elements become paragraphs or "
    "leave their words. Too many tags, or tags too deep within one another, are refused."
)


class Words(fields.String):
    """Text without the signs that no database keeps."""

    def __init__(self, *, longest: int | None = None, shortest: int = 0, **given: Any) -> None:
        if "validate" not in given:
            given["validate"] = Length(min=shortest, max=longest)
            given["metadata"] = {"pattern": NO_NUL} | given.get("metadata", {})
        self.longest = longest or LONGEST_WORD
        super().__init__(**given)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        # Before any validator: those of an address, say, read a megabyte as patiently as a line.
        if isinstance(value, str) and len(value) > self.longest:
            raise ValidationError(Length.message_max.format(max=self.longest))
        words = super()._deserialize(value, attr, data, **kwargs) or ""
        try:
            words.encode()
        except UnicodeEncodeError:
            raise ValidationError("This text is not valid Unicode.") from None
        if "\x00" in words:
            raise ValidationError("This text holds a sign that cannot be kept.")
        return words


class Instant(fields.AwareDateTime):
    """An instant with its offset; shown in UTC."""

    def __init__(self, **given: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **given)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return value.astimezone(UTC).isoformat() if value is not None else None

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR < instant.year < LAST_YEAR:
            raise ValidationError(f"Give a year between {FIRST_YEAR} and {LAST_YEAR}.")
        return instant.astimezone(UTC)


def language_tag(**given: Any) -> Words:
    """Take the language of a text: a BCP 47 tag, null where it is not to be stated."""
    about = {"description": "BCP 47, such as fr or pt-BR; null: not stated."}
    return Words(longest=LONGEST_TAG, allow_none=True, metadata=about, **given)


def one_of(words: type[StrEnum], **given: Any) -> Words:
    """Take and show one of the words of an enumeration."""
    return Words(validate=OneOf([word.value for word in words]), **given)


def whole(lowest: int, highest: int, **given: Any) -> fields.Integer:
    """Take a whole number, written as one."""
    return fields.Integer(strict=True, validate=Range(min=lowest, max=highest), **given)


def id_of_something(**given: Any) -> fields.Integer:
    """Take the id of a row."""
    return whole(1, LARGEST_ID, **given)
