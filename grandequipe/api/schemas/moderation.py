"""Schemas of reports, cases, decisions and appeals. None names who reported something."""

from marshmallow import fields
from marshmallow.validate import OneOf

from grandequipe.api.schemas import Schema
from grandequipe.api.schemas.fields import Instant, Text, one_of, whole
from grandequipe.api.schemas.lists import PageQuery, page_of
from grandequipe.feed.models.inputs import LONGEST_REASON
from grandequipe.moderation.models import (
    CHOICES,
    LONGEST_APPEAL,
    LONGEST_DETAILS,
    LONGEST_RULE,
    AppealState,
    CaseState,
    DecisionKind,
    ReportReason,
    SubjectType,
)

LARGEST_VERSION = 2**31


class ReportBody(Schema):
    """Why something is reported."""

    reason = one_of(ReportReason, required=True)
    details = Text(
        longest=LONGEST_DETAILS,
        load_default="",
        metadata={"description": "Needed with `illegal` and `other`: 10 characters at least."},
    )


class ReportedSubjectSchema(Schema):
    """What a report, a case or a decision is about."""

    type = one_of(SubjectType, required=True)
    id = fields.Integer(required=True)


class ReportSchema(Schema):
    """A report of the caller's."""

    id = fields.Integer(required=True)
    subject = fields.Nested(ReportedSubjectSchema, required=True)
    reason = one_of(ReportReason, required=True)
    details = fields.String(required=True)
    created_at = Instant(required=True)


class FiledReportSchema(Schema):
    """A report as moderators read it: without its sender."""

    reason = one_of(ReportReason, required=True)
    details = fields.String(required=True)
    created_at = Instant(required=True)


class DecisionSchema(Schema):
    """A decision and its reasons."""

    id = fields.Integer(required=True)
    decision = one_of(DecisionKind, required=True)
    reason = fields.String(required=True)
    rule = fields.String(required=True)
    until = Instant(required=True, allow_none=True)
    is_automated = fields.Boolean(required=True)
    created_at = Instant(required=True)
    appealable_until = Instant(required=True)
    overturned_at = Instant(required=True, allow_none=True)
    appeal_id = fields.Integer(required=True, allow_none=True)


class CaseSchema(Schema):
    """The reports on one subject in one group, or at the site (`group` is null)."""

    id = fields.Integer(required=True)
    subject = fields.Nested(ReportedSubjectSchema, required=True)
    group = fields.String(required=True, allow_none=True)
    author = fields.Integer(required=True, allow_none=True)
    state = one_of(CaseState, required=True)
    version = fields.Integer(
        required=True, metadata={"description": "Send it with a decision: 409 where it has moved."}
    )
    taken_by = fields.Integer(required=True, allow_none=True)
    created_at = Instant(required=True)
    escalated_at = Instant(required=True, allow_none=True)
    reports = fields.List(fields.Nested(FiledReportSchema), required=True)
    decision = fields.Nested(DecisionSchema, required=True, allow_none=True)


CasePageSchema = page_of(CaseSchema)


class CaseQuery(PageQuery):
    """Which cases to list."""

    state = Text(
        validate=OneOf(["waiting", "settled"]),
        load_default="waiting",
        metadata={"description": "`waiting` for a decision, or `settled`."},
    )


class CasePatch(Schema):
    """A decision on a case; or `state` alone: `taken` by the caller, or `open` for all again."""

    version = whole(1, LARGEST_VERSION, required=True)
    state = Text(validate=OneOf(["open", "taken"]))
    decision = Text(validate=OneOf([kind.value for kind in CHOICES]))
    reason = Text(
        longest=LONGEST_REASON,
        metadata={"description": "With `decision`: for the author, 2 to 1,000 characters."},
    )
    rule = Text(longest=LONGEST_RULE)
    until = Instant(allow_none=True, metadata={"description": "The end of a mute or a ban."})


class AppealBody(Schema):
    """Why a decision should be changed."""

    text = Text(required=True, longest=LONGEST_APPEAL)


class AppealPatch(Schema):
    """What somebody else decides on an appeal."""

    decision = Text(required=True, validate=OneOf(["granted", "upheld"]))
    reason = Text(required=True, longest=LONGEST_REASON)


class AppealSchema(Schema):
    """An appeal against a decision."""

    id = fields.Integer(required=True)
    decision_id = fields.Integer(required=True)
    state = one_of(AppealState, required=True)
    text = fields.String(required=True)
    created_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)
    reason = fields.String(required=True)
