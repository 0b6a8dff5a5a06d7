"""The bell says what administrators of the site did with an account or a group, and leads there."""

from collections.abc import Callable

import pytest
from flask_babel import force_locale

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import GroupReview
from grandequipe.groups.services import reviews
from grandequipe.members import services
from grandequipe.members.models import Member
from grandequipe.notifications.models import NotificationPayload
from grandequipe.notifications.queries import count_unread, list_notifications
from tests.conftest import Visitor
from tests.factories import Cast, make_member
from tests.notifications.conftest import handle_events as handle_events

Browser = Callable[[Member], Visitor]
ACTS: dict[str, tuple[Callable[[Member, Member], object], str, str]] = {
    "made an administrator": (
        services.promote, "Vous administrez désormais ce site", "/administration",
    ),
    "logged out everywhere": (
        services.sign_out_everywhere, "déconnecté partout", "/reglages/mot-de-passe",
    ),
    "given another address": (
        lambda farid, member: services.change_address(farid, member, "autre@example.org"),
        "a changé votre adresse e-mail",
        "/reglages/profil",
    ),
}  # fmt: skip


def only_line_of(member: Member) -> tuple[int, str]:
    """Give the id and the sentence of the one line in a member's bell."""
    (line,) = list_notifications(member).items
    return line.id, in_french(line)


def in_french(line: NotificationPayload) -> str:
    """Say a line in French."""
    with force_locale("fr"):
        return line.sentence().replace("\u00a0", " ")


@pytest.mark.parametrize("what", ACTS)
def test_a_member_reads_what_was_done_to_their_account(
    cast: Cast, browser: Browser, handle_events: Callable[[], None], what: str
) -> None:
    act, sentence, page = ACTS[what]
    with atomic():
        act(cast.farid, cast.chloe)
    handle_events()
    line, said = only_line_of(cast.chloe)
    assert sentence in said
    assert cast.farid.display_name not in said
    chloe = browser(cast.chloe)
    assert sentence in chloe.get("/notifications").text.replace("\u00a0", " ")
    led = chloe.get(f"/notifications/{line}")
    assert led.location == page
    assert chloe.get(page).status_code in (200, 303)


def test_who_gets_access_back_finds_it_in_the_bell(
    cast: Cast, handle_events: Callable[[], None]
) -> None:
    late = make_member("Late Riser", confirmed_at=None)
    with atomic():
        services.suspend(cast.farid, cast.chloe, "Une semaine.", None)
        services.confirm_address(cast.farid, late)
    handle_events()
    assert count_unread(cast.chloe) == 0
    assert "confirmé votre adresse" in only_line_of(late)[1]
    with atomic():
        services.reinstate(cast.farid, cast.chloe)
    handle_events()
    assert "suspension de votre compte a pris fin" in only_line_of(cast.chloe)[1]


def test_the_line_about_a_role_goes_with_the_role(
    cast: Cast, handle_events: Callable[[], None]
) -> None:
    with atomic():
        services.promote(cast.farid, cast.chloe)
        services.demote(cast.farid, cast.chloe)
    handle_events()
    assert "n’administrez plus" in only_line_of(cast.chloe)[1]


def test_owners_read_what_becomes_of_their_group(
    cast: Cast, browser: Browser, handle_events: Callable[[], None]
) -> None:
    with atomic():
        cast.ess.review = GroupReview.PENDING
        db.session.flush()
        reviews.approve_group(cast.farid, cast.ess)
    handle_events()
    line, said = only_line_of(cast.amina)
    assert "figure désormais dans la liste" in said
    assert browser(cast.amina).get(f"/notifications/{line}").location == "/groupes/ess-quartiers"
    with atomic():
        reviews.give_group(cast.farid, cast.ess, cast.chloe)
    handle_events()
    for member in (cast.amina, cast.chloe):
        assert "a confié" in in_french(list_notifications(member).items[0])
