"""The database knows the rules too: what an enumeration, a count or a position can be."""

import re

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import BigInteger, CheckConstraint, Column, Enum, Table, text
from sqlalchemy.exc import IntegrityError

from grandequipe.core.transactions import atomic
from grandequipe.digests.services import open_subscription
from grandequipe.extensions import db, enum_check
from grandequipe.feed.models import ReactionName
from grandequipe.feed.services import add_reaction
from tests.factories import Cast, Kind, make_comment, make_post

# The previous release only writes it, and subtracts comments there that this one has added.
OF_PREVIOUS_RELEASE = {"post.comment_count"}
# 64 bits of a hash, with a sign.
HASHES = {"hold.digest", "fingerprint.digest"}
LIMIT = r"\b{column} (>=?|BETWEEN) \d"


def test_every_enumeration_count_and_position_is_limited() -> None:
    columns = [column for table in db.metadata.tables.values() for column in table.columns]
    unlimited = {str(column) for column in columns if needs_limit(column) and not limited(column)}
    assert unlimited == OF_PREVIOUS_RELEASE | HASHES


def needs_limit(column: Column[object]) -> bool:
    """Return whether a column holds a word of an enumeration, or a number that is no id."""
    if isinstance(column.type, Enum):
        return column.type.enum_class is not None
    is_id = column.primary_key or column.foreign_keys or column.name.endswith("_id")
    return isinstance(column.type, BigInteger) and not is_id


def limited(column: Column[object]) -> bool:
    rules = list_rules(column.table)
    if isinstance(column.type, Enum):
        return str(enum_check(column.name, column.type.enum_class).sqltext) in rules
    return any(re.search(LIMIT.format(column=column.name), rule) for rule in rules)


def list_rules(table: Table) -> list[str]:
    """List the conditions of the CHECK constraints of a table."""
    return [str(rule.sqltext) for rule in table.constraints if isinstance(rule, CheckConstraint)]


@pytest.mark.parametrize(
    "wrong",
    [
        "membership SET state = 'banned' WHERE role = 'owner'",
        "membership SET seen_position = -1",
        '"group" SET member_count = -1',
        "\"group\" SET visibility = 'secret'",
        "digest_subscription SET next_period = NULL",
        "digest_subscription SET frequency = 'yearly'",
        "event SET position = 0",
        "stream SET last_position = -1",
        "post SET kind = 'poem'",
        "post SET resource_type = 'poem'",
        "post SET version = 0",
        "reaction SET name = 'hate'",
        "post_counters SET comment_count = -1",
        "post_counters SET useful_count = -1",
        "webinar SET ends_at = starts_at",
        "webinar SET capacity = 0",
        "webinar SET capacity = 100001",
        "webinar SET time_zone = ''",
    ],
)
def test_what_no_service_writes_is_refused_by_the_database(cast: Cast, wrong: str) -> None:
    open_subscription(cast.amina)
    webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR)
    make_comment(cast.chloe, webinar)
    with atomic():
        add_reaction(cast.chloe, webinar, ReactionName.USEFUL)
    with pytest.raises(IntegrityError) as refused:
        db.session.execute(text(f"UPDATE {wrong}"))
    assert isinstance(refused.value.orig, CheckViolation)
