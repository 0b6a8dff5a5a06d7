"""Pages show invitations and their senders to invited members, who accept or decline there."""

from collections.abc import Callable

from grandequipe.core.transactions import atomic
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import invite_address, invite_member
from grandequipe.members.models import Member
from tests.api.conftest import react_to_all
from tests.conftest import Visitor
from tests.factories import Cast
from tests.web.reading import sentences_of

Open = Callable[[Member], Visitor]

HIDDEN = "/groupes/comite-de-pilotage"


def invite(actor: Member, group: Group, guest: Member) -> None:
    """Invite a person by name."""
    with atomic():
        invite_member(actor, group, guest)


def test_the_first_page_says_how_many_invitations_wait(cast: Cast, browser: Open) -> None:
    driss = browser(cast.driss)
    assert "attend votre réponse" not in driss.get("/").text
    invite(cast.amina, cast.hidden, cast.driss)
    assert "Une invitation à un groupe attend votre réponse." in driss.get("/").text
    invite(cast.amina, cast.private, cast.driss)
    assert "2 invitations à des groupes attendent votre réponse." in driss.get("/").text
    for group in (cast.hidden, cast.private):
        slug = group.slug
        driss.send(f"/groupes/{slug}/invitations/decliner")
    assert "votre réponse" not in driss.get("/").text


def test_the_page_of_a_group_says_who_invites_and_takes_a_no(cast: Cast, browser: Open) -> None:
    for group in (cast.ess, cast.private, cast.hidden):
        invite(cast.amina, group, cast.driss)
        driss, path = browser(cast.driss), f"/groupes/{group.slug}"
        page = sentences_of(driss.get(path).text)
        assert "Amina Belkacem vous invite dans ce groupe." in page
        assert f'action="{path}/rejoindre"' in page
        assert f'action="{path}/invitations/decliner"' in page
        driss.send(f"{path}/invitations/decliner")
        assert find_membership(cast.driss, group) is None


def test_so_it_does_where_the_address_was_invited(cast: Cast, browser: Open) -> None:
    with atomic():
        invite_address(cast.amina, cast.hidden, cast.driss.email)
    react_to_all()
    assert "Amina Belkacem vous invite" in sentences_of(browser(cast.driss).get(HIDDEN).text)


def test_nobody_invites_who_is_a_member_or_a_stranger(cast: Cast, browser: Open) -> None:
    for viewer in (cast.chloe, cast.eva, cast.driss):
        page = browser(viewer).get("/groupes/ess-quartiers").text
        assert "vous invite" not in page
        assert "invitations/decliner" not in page
