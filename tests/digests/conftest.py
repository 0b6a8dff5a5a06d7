"""Digests leave for a mail server that the scene holds in its hand."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest, DigestSubscription
from grandequipe.digests.services import open_missing
from grandequipe.digests.tasks import send_due
from grandequipe.extensions import db
from tests.digests.mail_server import MailServer
from tests.factories import Cast

A_WEEK = timedelta(days=7)


@pytest.fixture
def monday(cast: Cast) -> datetime:
    """Give everyone the default digest, and say when the first is due."""
    with atomic():
        open_missing()
    first = db.session.query(DigestSubscription).filter_by(member_id=cast.chloe.id).one()
    assert first.next_due_at is not None
    return first.next_due_at


@pytest.fixture
def send(sink: MailServer) -> Callable[[datetime], list[MailState]]:
    """Send what is due at an instant, and say what became of each digest."""
    return lambda at: list(send_due(at))


def ledger() -> list[Digest]:
    """Read the ledger as it is in the database now."""
    db.session.rollback()
    return db.session.query(Digest).order_by(Digest.id).all()
