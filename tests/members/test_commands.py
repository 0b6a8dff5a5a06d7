"""`grandequipe members promote`, `demote`, `suspend` and `reinstate`, as operators type them."""

from collections.abc import Callable
from datetime import timedelta

import click
import pytest

from grandequipe.cli.actions import members as actions
from grandequipe.cli.operator_errors import explain
from grandequipe.core import clock
from grandequipe.core.moderation_log import LogEntry
from grandequipe.extensions import db
from grandequipe.members.models import Member, Suspension
from tests.factories import Cast
from tests.members.conftest import Inbox, text_of

CHLOE, FARID = "chloe@example.org", "farid@example.org"


def reread(member: Member) -> Member:
    db.session.rollback()
    return db.session.get_one(Member, member.id)


def test_each_command_does_what_its_page_does(
    cast: Cast, inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    actions.promote_member(CHLOE)
    actions.promote_member(CHLOE)
    assert reread(cast.chloe).is_admin
    actions.demote_member(CHLOE)
    assert not reread(cast.chloe).is_admin
    actions.suspend_member(CHLOE, "", clock.now() + timedelta(days=1))
    assert not reread(cast.chloe).active
    assert "exploitant du site" in db.session.query(Suspension).one().reason
    actions.reinstate_member(CHLOE, "Une erreur.")
    assert reread(cast.chloe).active
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ", 1)[0] for line in lines] == [CHLOE] * 5
    assert "already" in lines[1]
    entries = db.session.query(LogEntry).order_by(LogEntry.id)
    assert [(each.act, each.actor_id) for each in entries] == [
        ("admin.promoted", None),
        ("admin.demoted", None),
        ("account.suspended", None),
        ("account.reinstated", None),
    ]
    assert "Une erreur." in text_of(inbox.mails()[-1])


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (lambda: actions.promote_member("rien@example.org"), "rien@example.org"),
        (lambda: actions.demote_member(FARID), "needs an administrator"),
        (lambda: actions.suspend_member(FARID, "x", None), "administrator"),
        (lambda: actions.suspend_member(CHLOE, "x", clock.now() - timedelta(1)), "future"),
        (lambda: actions.reinstate_member(CHLOE, ""), "suspended"),
    ],
)
def test_a_mistake_is_one_line(cast: Cast, command: Callable[[], None], named: str) -> None:
    with pytest.raises((click.ClickException, Exception)) as refused:
        command()
    line = explain(refused.value)
    assert line is not None
    assert named in line
    assert len(line.splitlines()) == 1
