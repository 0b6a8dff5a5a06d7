"""An account that nobody confirmed is forgotten: its address may be a stranger's."""

from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.events import EventRecord, Stream
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.tasks import purge_unconfirmed_accounts
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, make_member
from tests.members.conftest import Inbox, link_in

ALICE = {"display_name": "Alice Martin", "email": "alice@example.org", "password": PASSWORD}
A_DAY = timedelta(days=1)


def purge_after(days: int) -> None:
    with clock.travel(clock.now() + days * A_DAY):
        purge_unconfirmed_accounts()
    db.session.rollback()


def test_it_is_deleted_with_its_events_once_no_link_is_valid(visitor: Visitor, cast: Cast) -> None:
    visitor.send("/inscription", ALICE)
    alice = find_member_by_email(ALICE["email"])
    assert alice is not None
    stream_id, others = alice.stream_id, db.session.query(Member).count() - 1
    purge_after(15)
    assert find_member_by_email(ALICE["email"]) is None
    assert db.session.get(Stream, stream_id) is None
    assert db.session.query(EventRecord).filter_by(stream_id=stream_id).count() == 0
    assert db.session.query(Member).count() == others
    assert visitor.send("/inscription", ALICE).location == "/connexion"
    assert find_member_by_email(ALICE["email"]) is not None


def test_a_link_that_was_asked_for_late_is_good_to_its_end(visitor: Visitor, inbox: Inbox) -> None:
    visitor.send("/inscription", ALICE)
    inbox.mail()
    purge_after(13)
    visitor.send("/confirmation", {"email": ALICE["email"]})
    assert visitor.get(link_in(inbox.mail())).location == "/reglages/profil?next=/"
    purge_after(15)
    alice = find_member_by_email(ALICE["email"])
    assert alice is not None
    assert alice.is_confirmed


def test_those_who_were_confirmed_stay_for_ever(cast: Cast) -> None:
    make_member("Zoé Martin", email="zoe@example.org", confirmed_at=None)
    purge_after(5000)
    assert find_member_by_email("zoe@example.org") is None
    assert find_member_by_email(cast.driss.email) is not None
