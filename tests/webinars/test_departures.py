"""What becomes of registrations where members leave, are banned, or close their account."""

from collections.abc import Callable

import pytest

from grandequipe.core.events import Broadcast, StreamRef, broadcasts as core_broadcasts
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import place_post
from grandequipe.groups.models import Visibility
from grandequipe.groups.services import GroupInput, ban_member, edit_group, leave_group
from grandequipe.members.services import erase_member
from grandequipe.webinars.models import CancelledBecause, Registration, RegistrationState
from grandequipe.webinars.queries import find_registration
from tests.digests.mail_server import MailServer
from tests.factories import Cast
from tests.notifications.dispatching import run_pending_handlers
from tests.webinars.conftest import MakeWebinar, register, states_of
from tests.webinars.mailing import register_visitor, send_waiting, text_of

GOING, WAITING, OFFERED, CANCELLED = (
    RegistrationState.GOING,
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
    RegistrationState.CANCELLED,
)


def _leave(cast: Cast) -> None:
    leave_group(cast.chloe, cast.private)


def _be_banned(cast: Cast) -> None:
    ban_member(cast.amina, cast.private, cast.chloe, "Propos blessants.")


@pytest.mark.parametrize("go", [_leave, _be_banned])
def test_who_leaves_a_private_group_loses_the_place_and_gets_a_mail(
    cast: Cast, make_webinar: MakeWebinar, go: Callable[[Cast], None]
) -> None:
    webinar, public = make_webinar(capacity=1, group=cast.private), make_webinar(capacity=1)
    for each in (webinar, public):
        register(cast.chloe, each)
        register(cast.bruno, each)
    with atomic():
        go(cast)
    run_pending_handlers()
    assert states_of(webinar) == {"Chloé": CANCELLED, "Bruno": OFFERED}
    assert states_of(public) == {"Chloé": GOING, "Bruno": WAITING}
    lost = find_registration(webinar.id, cast.chloe)
    assert lost
    assert lost.cancelled_because is CancelledBecause.LEFT_GROUP
    mails = db.session.query(OutgoingMail).filter_by(kind="webinar_lost_place").all()
    assert [each.recipient for each in mails] == [cast.chloe.email]


def test_who_loses_sight_of_a_group_that_turns_private_loses_the_place(
    cast: Cast, make_webinar: MakeWebinar, sink: MailServer
) -> None:
    webinar, elsewhere = make_webinar(capacity=3), make_webinar()
    with atomic():
        place_post(cast.amina, elsewhere, cast.moderated)
    for each in (webinar, elsewhere):
        register(cast.driss, each)
        register_visitor(each, "Nadia Ferrand", "Europe/Paris")
        register(cast.chloe, each)
    register(cast.bruno, webinar)
    send_waiting(sink)
    sink.mails.clear()
    with atomic():
        closed = GroupInput(name=cast.ess.name, visibility=Visibility.PRIVATE)
        edit_group(cast.amina, cast.ess, closed)
    run_pending_handlers()
    assert states_of(webinar) == {
        "Driss": CANCELLED,
        "Nadia": CANCELLED,
        "Chloé": GOING,
        "Bruno": OFFERED,
    }
    assert states_of(elsewhere) == {"Driss": GOING, "Nadia": GOING, "Chloé": GOING}
    mails = {mail["To"]: text_of(mail) for mail in send_waiting(sink)}
    for address in (cast.driss.email, "nadia@example.net"):
        assert mails[address].startswith("Vous n’avez plus de place")
        assert "dont vous ne faites pas partie" in mails[address]


def test_who_reads_the_webinar_in_another_group_keeps_the_place(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(group=cast.private)
    with atomic():
        place_post(cast.amina, webinar, cast.hidden)
    register(cast.chloe, webinar)
    with atomic():
        leave_group(cast.chloe, cast.private)
    run_pending_handlers()
    assert states_of(webinar) == {"Chloé": GOING}


def test_closing_an_account_erases_its_registrations_and_frees_its_places(
    cast: Cast, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    register(cast.chloe, webinar)
    register(cast.bruno, webinar)
    with atomic():
        erase_member(cast.chloe)
    run_pending_handlers()
    assert states_of(webinar) == {"Bruno": OFFERED}
    assert db.session.query(Registration).filter_by(member_id=cast.chloe.id).count() == 0


def test_open_pages_get_the_places_of_the_commit(cast: Cast, make_webinar: MakeWebinar) -> None:
    webinar = make_webinar(capacity=1)
    sent: list[tuple[StreamRef, Broadcast]] = []

    def collect(stream: StreamRef, value: Broadcast) -> None:
        sent.append((stream, value))

    core_broadcasts.send_broadcasts_by(collect)
    try:
        register(cast.chloe, webinar)
        register(cast.bruno, webinar)
    finally:
        core_broadcasts._senders.remove(collect)
    stream, value = sent[-1]
    assert stream == cast.ess.stream
    assert value.kind == "registration.changed"
    assert value.values == {"going": 1, "offered": 0, "waiting": 1, "capacity": 1}
