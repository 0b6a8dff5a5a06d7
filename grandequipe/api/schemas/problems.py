"""The schema of problem documents."""

from marshmallow import fields

from grandequipe.api.schemas import Schema


class ProblemSchema(Schema):
    """An error (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "A sentence for each invalid field, by its name."},
    )
