"""Schemas of API tokens."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text

SCOPES = ("read", "write")


class TokenRequest(Schema):
    """The account that requests a token, and the token's name and scopes."""

    email = Text(required=True, shortest=1, longest=254)
    password = Text(required=True, shortest=1, longest=1000)
    name = Text(load_default="", longest=100)
    scopes = fields.List(
        Text(validate=OneOf(SCOPES)), load_default=("read",), validate=Length(min=1, max=2)
    )


class TokenSchema(Schema):
    """A token, which is shown only once."""

    token = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = Instant(required=True)
