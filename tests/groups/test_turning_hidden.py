"""A group that turns hidden is there for its members and the invited only."""

from collections.abc import Callable

from sqlalchemy import select

from grandequipe.core.events import EventRecord
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import JoinPolicy, Visibility
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import GroupInput, ban_member, edit_group, join_group
from grandequipe.moderation.models import Decision
from grandequipe.moderation.services.mails import write_statement
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_member

Programs = Callable[..., Program]


def turn_hidden(cast: Cast) -> None:
    with atomic():
        name, hidden = cast.private.name, Visibility.HIDDEN
        draft = GroupInput(name, visibility=hidden, join_policy=JoinPolicy.INVITE)
        edit_group(cast.amina, cast.private, draft)


def slugs_sent(caller: Program, cursor: str) -> dict[str, str | None]:
    """List the changes after a cursor; return their groups' slugs by kind."""
    changes = caller.get(f"/changes?since={cursor}").json["changes"]
    return {change["kind"]: change["group"] for change in changes}


def test_who_asks_is_refused_for_they_could_not_take_it_back(cast: Cast) -> None:
    asking = [cast.driss, make_member("Zoé Martin")]
    with atomic():
        for person in asking:
            join_group(person, cast.private)
    turn_hidden(cast)
    db.session.expire_all()
    assert [find_membership(person, cast.private) for person in asking] == [None, None]
    recipients = [
        event_record.stream_id
        for event_record in db.session.query(EventRecord).filter_by(kind="waiting.settled")
    ]
    assert len(recipients) == len(set(recipients)) > 0, "each moderator is notified once"


def test_who_asked_no_longer_reads_its_address(cast: Cast, program: Programs) -> None:  # noqa: F811
    driss = program(cast.driss)
    cursor = driss.get("/changes").json["cursor"]
    with atomic():
        join_group(cast.driss, cast.private)
    assert slugs_sent(driss, cursor) == {"join.requested": cast.private.slug}
    turn_hidden(cast)
    assert slugs_sent(driss, cursor) == {"join.requested": None, "join.refused": None}


def test_a_banned_stranger_does_not_learn_of_the_group(
    cast: Cast,
    program: Programs,  # noqa: F811
    browser: Callable[..., Visitor],
) -> None:
    driss = program(cast.driss)
    cursor = driss.get("/changes").json["cursor"]
    with atomic():
        ban_member(cast.amina, cast.hidden, cast.driss, "Hors sujet.")
    assert slugs_sent(driss, cursor) == {"join.excluded": None, "decision.made": None}
    decision = db.session.scalars(select(Decision)).one()
    page = browser(cast.driss).get(f"/decisions/{decision.id}").text
    statement = write_statement(decision)
    assert statement is not None
    for read in (page, statement.text, statement.html or ""):
        assert "Hors sujet." in read
        assert cast.hidden.name not in read
    assert cast.hidden.name in browser(cast.amina).get(f"/decisions/{decision.id}").text
