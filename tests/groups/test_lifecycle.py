"""Closing a group after 30 days to think, and giving it to another owner."""

from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.moderation_log import LogEntry
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import place_post
from grandequipe.groups import services
from grandequipe.groups.models import OwnershipOffer, Role
from grandequipe.groups.queries import find_group, find_membership
from grandequipe.groups.tasks import erase_closed_groups, purge_invitations
from tests.factories import admit, make_comment, make_group, make_post

ESS = "/groupes/ess-quartiers"
END = f"{ESS}/reglages/fin"
OFFER = f"{ESS}/reprise"


def acts():
    """List the acts of the log, oldest first."""
    return list(db.session.scalars(db.select(LogEntry.act).order_by(LogEntry.id)))


def erase_after(days):
    """Run the task so many days from now."""
    with clock.travel(clock.now() + timedelta(days=days)):
        erase_closed_groups()


def test_an_owner_closes_a_group_and_it_goes_after_thirty_days_unless_it_is_kept(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    group_id, post_id = cast.ess.id, post.id
    make_comment(cast.bruno, post)
    amina, chloe = browser(cast.amina), browser(cast.chloe)
    page = amina.get(END).text
    for what in ("1 publication, 1 commentaire", "Ce qui reste", "30 jours".replace(" ", "\u00a0")):
        assert what in page
    assert browser(cast.bruno).send(f"{END}/fermer", {"name": "ESS Quartiers"}).status_code == 403
    slip = amina.send(f"{END}/fermer", {"name": "ESS Quartier"})
    assert (slip.status_code, 'value="ESS Quartier"' in slip.text) == (422, True)
    assert amina.send(f"{END}/fermer", {"name": "ess quartiers"}).status_code == 303
    assert "Ce groupe ferme le" in chloe.get(ESS).text
    make_post(cast.chloe, cast.ess)
    erase_after(29.9)
    assert amina.get(ESS).status_code == 200
    assert amina.send(f"{END}/garder").status_code == 303
    assert "Ce groupe ferme le" not in chloe.get(ESS).text
    erase_after(31)
    assert chloe.get(ESS).status_code == 200
    assert amina.send(f"{END}/fermer", {"name": "ess quartiers"}).status_code == 303
    erase_after(31)
    assert chloe.get(ESS).status_code == amina.get(f"/publications/{post_id}").status_code == 404
    assert find_group(group_id) is None
    assert acts() == [
        "group.closing",
        "group.closing_cancelled",
        "group.closing",
        "group.closed",
    ]


def test_the_end_of_one_group_leaves_the_others_and_what_they_share(cast):
    other = make_group(cast.chloe, "Un autre")
    kept = make_post(cast.chloe, other)
    with atomic():
        place_post(cast.chloe, kept, cast.ess)
    with atomic():
        services.close_group(cast.amina, cast.ess)
        cast.ess.closes_at = clock.now() - timedelta(hours=1)
    erase_closed_groups()
    db.session.expire_all()
    assert [each.group.slug for each in kept.placements] == ["un-autre"]
    assert find_group(cast.private.id) is not None


def test_a_group_changes_hands_once_the_other_person_accepts(cast, browser):
    amina, bruno = browser(cast.amina), browser(cast.bruno)
    assert bruno.get(OFFER).status_code == 404
    for nobody in ("tout le monde", "9" * 5000):
        assert amina.send(f"{END}/proposer", {"member": nobody}).status_code in (413, 422)
    assert amina.send(f"{END}/proposer", {"member": cast.driss.id}).status_code == 303
    assert "n’est pas membre" in amina.get(END).text
    assert bruno.send(f"{END}/proposer", {"member": cast.bruno.id}).status_code == 403
    assert amina.send(f"{END}/proposer", {"member": cast.bruno.id}).status_code == 303
    assert roles(cast) == (Role.OWNER, Role.MODERATOR)
    assert "Bruno" in amina.get(END).text
    assert "Amina" in bruno.get(OFFER).text
    assert browser(cast.chloe).send(OFFER, {"answer": "accept"}).status_code == 404
    assert bruno.send(OFFER, {"answer": "decline"}).status_code == 303
    assert (roles(cast), bruno.get(OFFER).status_code) == ((Role.OWNER, Role.MODERATOR), 404)
    for _time in range(2):
        amina.send(f"{END}/proposer", {"member": cast.bruno.id})
    assert bruno.send(OFFER, {"answer": "accept"}).status_code == 303
    assert roles(cast) == (Role.MODERATOR, Role.OWNER)
    assert acts() == ["group.transferred"]
    assert amina.get(END).status_code == 403
    assert bruno.get(END).status_code == 200
    assert browser(cast.amina).send(f"{ESS}/quitter").status_code == 303


def roles(cast):
    """Give the roles of Amina and Bruno."""
    db.session.expire_all()
    members = (cast.amina, cast.bruno)
    return tuple(find_membership(each, cast.ess).role for each in members)


def test_an_offer_lapses_with_the_ownership_with_time_and_with_the_account(cast, browser):
    admit(cast.ess, cast.driss, role=Role.MODERATOR)
    with atomic():
        services.offer_ownership(cast.amina, cast.ess, cast.bruno)
    offer = db.session.query(OwnershipOffer).one()
    with atomic():
        offer.offered_at = clock.now() - timedelta(days=31)
    assert browser(cast.bruno).get(OFFER).status_code == 404
    with atomic():
        services.offer_ownership(cast.amina, cast.ess, cast.bruno)
        find_membership(cast.driss, cast.ess).role = Role.OWNER
    with atomic():
        services.change_role(cast.driss, cast.ess, cast.amina, Role.MEMBER)
    bruno = browser(cast.bruno)
    assert bruno.send(OFFER, {"answer": "accept"}).status_code == 303
    assert "n’en est plus propriétaire" in bruno.get(ESS).text
    assert roles(cast) == (Role.MEMBER, Role.MODERATOR)
    with atomic():
        services.offer_ownership(cast.driss, cast.ess, cast.bruno)
    with atomic():
        services.leave_everything(cast.bruno)
    assert db.session.query(OwnershipOffer).count() == 0


def test_an_offer_that_nobody_answered_goes_after_its_time(cast):
    with atomic():
        services.offer_ownership(cast.amina, cast.ess, cast.bruno)
        services.offer_ownership(cast.amina, cast.private, cast.bruno)
    old, new = db.session.query(OwnershipOffer).order_by(OwnershipOffer.group_id)
    with atomic():
        old.offered_at = clock.now() - timedelta(days=31)
    left = new.group_id
    purge_invitations()
    assert [each.group_id for each in db.session.query(OwnershipOffer)] == [left]
