"""Files that members send."""

from typing import Any

from flask import current_app, url_for
from flask_smorest.fields import Upload  # type: ignore[import-untyped]
from marshmallow import fields
from marshmallow.validate import Length

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Text, one_of, whole
from grandequipe.attachments.models.files import LONGEST_ALTERNATIVE, MOST_FILES, FileState

LARGEST_ID = 10**18 - 1


class FileParts(Schema):
    """The file of a multipart body."""

    file = Upload(required=True)


class FileFields(Schema):
    """What is said of the file."""

    alternative = Text(
        load_default="",
        longest=LONGEST_ALTERNATIVE,
        metadata={"description": "What a picture shows, for those who do not see it."},
    )


class FileAddress(fields.String):
    """The address at which the readers of a file have it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str:
        path = url_for("attachments.file", file_id=obj.id, name=obj.name)
        return str(current_app.config["SETTINGS"].site_url.rstrip("/") + path)


class FileSchema(Schema):
    """A file, as the one who calls may read it at `url`."""

    id = fields.Integer(required=True)
    url = FileAddress(required=True, attribute="key")
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "In bytes."})
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    widths = fields.List(
        fields.Integer(),
        required=True,
        attribute="picture_widths",
        metadata={
            "description": "`url?w=WIDTH` is a picture, or the first page of a PDF, as WebP in "
            "that width. A PDF has none until a worker has drawn it, or for ever."
        },
    )
    alternative = fields.String(required=True)
    state = one_of(
        FileState,
        required=True,
        metadata={"description": "It can be read at `url` once it is `ready`."},
    )


def file_ids(**more: Any) -> fields.List[int]:
    """Make the field of the files that a text brings along."""
    return fields.List(
        whole(1, LARGEST_ID),
        validate=Length(max=MOST_FILES),
        metadata={"description": "Ids of files that you sent (`POST /files`), in their order."},
        **more,
    )


class SharedPostSchema(Schema):
    """A post that has the same file already, in a group that the caller reads."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    group = fields.String(required=True, attribute="group_name")


class SentFileSchema(FileSchema):
    """A file that was sent."""

    shared_in = fields.List(
        fields.Nested(SharedPostSchema),
        required=True,
        metadata={"description": "Where groups that the caller reads have the same file already."},
    )
