"""An account that is closed leaves what was written, and nobody's name."""

import pytest

from grandequipe.core.errors import Conflict
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Invitation, Membership, Role
from grandequipe.groups.services import change_role, invite_address, leave_everything
from grandequipe.members.models import Member
from grandequipe.members.services import create_token, erase_member
from tests.factories import Cast, make_comment, make_member, make_post


def close(member: Member) -> None:
    with atomic():
        leave_everything(member)
        erase_member(member)


def test_who_closes_their_account_leaves_their_posts_unsigned(cast: Cast, browser, visitor) -> None:
    post = make_post(cast.chloe, cast.ess, title="Ce qui reste")
    make_comment(cast.chloe, post)
    visitor.get("/groupes/ess-quartiers")
    close(cast.chloe)
    for address in ("/groupes/ess-quartiers", f"/publications/{post.id}"):
        page = visitor.get(address).text
        assert "Ce qui reste" in page
        assert "Chloé" not in page
        assert "Compte fermé" in page
    assert db.session.query(Membership).filter_by(member_id=cast.chloe.id).all() == []
    assert cast.ess.member_count == 2


def test_nothing_that_was_open_stays_open(cast: Cast, browser, visitor) -> None:
    chloe = browser(cast.chloe)
    with atomic():
        key, _token = create_token(cast.chloe, "mobile", ["read"])
    close(cast.chloe)
    assert chloe.get("/reglages").status_code == 303
    authorization = {"Authorization": f"Bearer {key}"}
    assert visitor.get("/api/v1/me", headers=authorization).status_code == 401


def test_the_address_is_free_again_and_its_invitations_are_forgotten(cast: Cast) -> None:
    with atomic():
        invite_address(cast.amina, cast.hidden, "driss@example.org")
    close(cast.driss)
    assert db.session.query(Invitation).all() == []
    assert make_member("Driss Amrani").id != cast.driss.id


def test_a_group_keeps_its_last_owner(cast: Cast) -> None:
    with pytest.raises(Conflict):
        close(cast.amina)
    assert cast.amina.active
    with atomic():
        for group in (cast.ess, cast.private, cast.hidden, cast.moderated):
            change_role(cast.amina, group, cast.bruno, Role.OWNER)
    close(cast.amina)
    assert not cast.amina.active
