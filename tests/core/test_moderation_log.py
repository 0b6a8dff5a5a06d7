"""The moderation log is only added to, even by a program that is connected to the database."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from grandequipe.core.moderation_log import Act, LogEntry, log_act
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_log SET actor_id = NULL",
        "UPDATE moderation_log SET act = 'post.kept' WHERE id > 0",
        "DELETE FROM moderation_log",
        "TRUNCATE moderation_log",
    ],
)
def test_an_entry_is_neither_changed_nor_deleted(app: Flask, statement: str) -> None:
    with atomic():
        log_act(
            Act.POST_REMOVED, ("post", 12), actor_id=7, group_id=3, member_id=9, since="2026-11-01"
        )
    with pytest.raises(ProgrammingError, match="append-only"), atomic():
        db.session.execute(text(statement))
    entry = db.session.scalars(select(LogEntry)).one()
    assert (entry.act, entry.actor_id, entry.group_id, entry.member_id) == ("post.removed", 7, 3, 9)
    assert entry.details == {"since": "2026-11-01"}
