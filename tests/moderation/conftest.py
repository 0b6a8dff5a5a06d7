"""A post of Chloé's that Driss reports, and what becomes of it."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from grandequipe.moderation.models import Case, Decision, DecisionKind, ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import (
    DecisionInput,
    ReportInput,
    decide_case,
    report,
)
from tests.notifications.dispatching import run_pending_handlers as run_pending_handlers

API = "/api/v1"


@pytest.fixture
def file_report() -> Callable[..., Case]:
    """Have a member report something; give the first case that it is in."""

    def file(
        reporter: Member, subject_type: SubjectType, subject_id: int, **values: object
    ) -> Case:
        reason = values.pop("reason", ReportReason.SPAM)
        with atomic():
            filed = report(
                reporter,
                get_reportable(subject_type, subject_id, seen_by=reporter),
                ReportInput(reason, str(values.pop("details", ""))),  # type: ignore[arg-type]
            )
        db.session.expire_all()
        return filed.cases[0]

    return file


@pytest.fixture
def decide() -> Callable[..., Decision]:
    """Have a moderator decide a case."""

    def decide_on(moderator: Member, case: Case, kind: DecisionKind, **values: object) -> Decision:
        values.setdefault("reason", "Ceci est une publicité.")
        with atomic():
            return decide_case(moderator, case, case.version, DecisionInput(kind, **values))  # type: ignore[arg-type]

    return decide_on


@pytest.fixture
def program(app):
    """Open a program of a member: it sends JSON with a token."""

    def open_program(member):
        with atomic():
            token = create_token(member, "essai", ["read", "write"])
        client, headers = app.test_client(), {"Authorization": f"Bearer {token[0]}"}
        return lambda method, path, **json: client.open(
            API + path, method=method, json=json or None, headers=headers
        )

    return open_program
