"""Schemas of proposals: changes of published posts that wait for a moderator."""

from marshmallow import fields
from marshmallow.validate import OneOf

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, one_of
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.api.schemas.posts import OwnFields
from grandequipe.feed.models import Kind, ProposalState
from grandequipe.feed.models.inputs import LONGEST_REASON


class ProposalSchema(OwnFields):
    """A new version of a post by its author; members still read the post as it is."""

    post_id = fields.Integer(required=True)
    kind = one_of(Kind, required=True)
    state = one_of(ProposalState, required=True)
    version = fields.String(
        required=True,
        metadata={"description": "Version of this text and of the post's: required to approve."},
    )
    changed_at = Instant(required=True)
    reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was refused."}
    )
    title = fields.String(required=True)
    body_html = fields.String(required=True)
    language = fields.String(required=True, allow_none=True)
    themes = fields.List(fields.String(), required=True)
    territories = fields.List(fields.String(), required=True)


ProposalPageSchema = page_of(ProposalSchema)


class ProposalQuery(PageQuery):
    """Which proposals to list."""


class ProposalDecision(Schema):
    """A moderator's decision: approval names the version, refusal gives a reason."""

    state = Text(required=True, validate=OneOf(["approved", "refused"]))
    version = Text(longest=100, metadata={"description": "With `approved`: what was read."})
    reason = Text(
        longest=LONGEST_REASON,
        metadata={"description": "With `refused`: for the author, 2 to 1,000 characters."},
    )
