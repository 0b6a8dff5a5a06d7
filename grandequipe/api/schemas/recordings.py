"""Schemas of the recordings of webinars."""

from marshmallow import fields
from marshmallow.validate import Length

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, whole
from grandequipe.api.schemas.files import FileSchema, file_ids
from grandequipe.core.links import LONGEST_ADDRESS
from grandequipe.webinars.models.replay_inputs import (
    LONGEST_CAPTIONS,
    LONGEST_TITLE,
    LONGEST_TRANSCRIPT,
    MOST_CHAPTERS,
)

LAST_SECOND = 100 * 3600 - 1
CAPTIONS = "In WebVTT."


class ChapterSchema(Schema):
    """A chapter: where it begins, in seconds, and its title."""

    at = whole(0, LAST_SECOND, required=True)
    title = Text(longest=LONGEST_TITLE, required=True)


class RecordingSchema(Schema):
    """The recording of a webinar, at an address or in files, and what goes with it."""

    url = fields.String(required=True, allow_none=True)
    files = fields.Nested(FileSchema, many=True, required=True)
    chapters = fields.List(fields.Nested(ChapterSchema), required=True)
    transcript = fields.String(required=True, allow_none=True)
    captions = fields.String(required=True, allow_none=True, metadata={"description": CAPTIONS})
    is_captioned = fields.Boolean(
        required=True, metadata={"description": "Whether what is at the address has captions."}
    )
    expires_at = Instant(required=True, allow_none=True)


class RecordingBody(Schema):
    """What a recording is to be: an address or a file, and what goes with it."""

    url = Text(longest=LONGEST_ADDRESS, load_default="")
    files = file_ids()
    chapters = fields.List(
        fields.Nested(ChapterSchema), load_default=list, validate=Length(max=MOST_CHAPTERS)
    )
    transcript = Text(longest=LONGEST_TRANSCRIPT, load_default="")
    captions = Text(
        longest=LONGEST_CAPTIONS,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "In WebVTT or SubRip; empty to take them away, null to keep them."
        },
    )
    is_captioned = fields.Boolean(load_default=False)
    expires_at = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "When it goes, with every link to it; null: it stays."},
    )
