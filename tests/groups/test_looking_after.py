"""Managing members: roles, removal and bans."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.core.windows import DEFAULT_LIMIT
from grandequipe.extensions import db
from grandequipe.groups.models import Group, Membership, MembershipState, Role
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import change_role, invite_address, join_group
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import BAN, Cast, admit, ban, make_member

Open = Callable[[Member], Visitor]


def membership_of(member: Member, group: Group) -> Membership | None:
    db.session.expire_all()
    return find_membership(member, group)


def path_to(member: Member, action: str, slug: str = "ess-quartiers") -> str:
    return f"/groupes/{slug}/membres/{member.id}/{action}"


def test_the_page_of_members_is_for_readers_of_the_group(
    visitor: Visitor, browser: Open, cast: Cast
) -> None:
    statuses = {}
    for slug in ("ess-quartiers", "regies-de-quartier", "comite-de-pilotage", "no-such-group"):
        path = f"/groupes/{slug}/membres"
        assert visitor.get(path).location == f"/connexion?next={path}"
        people = (cast.driss, cast.chloe, cast.bruno, cast.amina, cast.eva, cast.farid)
        statuses[slug] = [browser(person).get(path).status_code for person in people]
    assert statuses == {
        "ess-quartiers": [200, 200, 200, 200, 200, 200],
        "regies-de-quartier": [403, 200, 200, 200, 403, 200],
        "comite-de-pilotage": [404, 200, 200, 200, 404, 200],
        "no-such-group": [404, 404, 404, 404, 404, 404],
    }


def test_each_sees_the_actions_that_are_theirs(browser: Open, cast: Cast) -> None:
    pages = {
        person.id: browser(person).get("/groupes/ess-quartiers/membres").text
        for person in (cast.driss, cast.chloe, cast.bruno, cast.amina)
    }
    for member in (cast.driss, cast.chloe):
        assert "/retirer" not in pages[member.id]
        assert "Eva Moreau" not in pages[member.id]
    assert path_to(cast.chloe, "retirer") in pages[cast.bruno.id]
    assert path_to(cast.amina, "retirer") not in pages[cast.bruno.id]
    assert "/role" not in pages[cast.bruno.id]
    assert path_to(cast.eva, "reintegrer") in pages[cast.bruno.id]
    assert path_to(cast.bruno, "role") in pages[cast.amina.id]
    assert path_to(cast.amina, "role") not in pages[cast.amina.id]


@pytest.mark.parametrize("action", ["retirer", "sanctionner"])
def test_moderators_put_members_out_and_not_each_other(
    browser: Open, cast: Cast, action: str
) -> None:
    for outsider in (cast.driss, cast.eva):
        assert browser(outsider).send(path_to(cast.chloe, action), BAN).status_code == 403
    assert browser(cast.chloe).send(path_to(cast.bruno, action), BAN).status_code == 403
    assert browser(cast.bruno).send(path_to(cast.amina, action), BAN).status_code == 403
    assert membership_of(cast.chloe, cast.ess) is not None

    before = cast.ess.member_count
    assert browser(cast.bruno).send(path_to(cast.chloe, action), BAN).status_code == 303
    membership = membership_of(cast.chloe, cast.ess)
    assert (membership is None) == (action == "retirer")
    assert cast.ess.member_count == before - 1
    joined = browser(cast.chloe).send("/groupes/ess-quartiers/rejoindre").status_code
    assert joined == (303 if action == "retirer" else 403)


def test_a_ban_is_lifted_by_moderators(browser: Open, cast: Cast) -> None:
    assert browser(cast.chloe).send(path_to(cast.eva, "reintegrer")).status_code == 403
    assert browser(cast.bruno).send(path_to(cast.eva, "reintegrer")).status_code == 303
    assert membership_of(cast.eva, cast.ess) is None
    assert browser(cast.eva).send("/groupes/ess-quartiers/rejoindre").status_code == 303


def test_owners_give_roles(browser: Open, cast: Cast) -> None:
    asked = {"role": "moderator"}
    assert browser(cast.bruno).send(path_to(cast.chloe, "role"), asked).status_code == 403
    assert browser(cast.amina).send(path_to(cast.chloe, "role"), asked).status_code == 303
    membership = membership_of(cast.chloe, cast.ess)
    assert membership is not None
    assert membership.role is Role.MODERATOR
    wrong = browser(cast.amina).send(path_to(cast.chloe, "role"), {"role": "king"})
    assert wrong.status_code == 422


def test_an_outsider_does_not_learn_who_belongs(browser: Open, cast: Cast) -> None:
    driss = browser(cast.driss)
    for target in (cast.chloe, cast.farid):
        for action in ("retirer", "sanctionner", "reintegrer"):
            path = path_to(target, action, "regies-de-quartier")
            assert driss.send(path).status_code == 403
            hidden = path_to(target, action, "comite-de-pilotage")
            assert driss.send(hidden).status_code == 404


def test_a_change_meanwhile_is_explained_on_the_page(browser: Open, cast: Cast) -> None:
    answer = browser(cast.bruno).send(path_to(cast.driss, "retirer"), {"reason": "Des injures."})
    assert answer.status_code == 409
    assert "data-error-summary" in answer.text
    assert "Des injures." in answer.text, "what was typed is given back"
    assert (
        browser(cast.bruno).send(path_to(cast.driss, "retirer")[:-9] + "9/retirer").status_code
        == 404
    )


def test_one_leaves(browser: Open, cast: Cast) -> None:
    chloe = browser(cast.chloe)
    assert (
        "/groupes/comite-de-pilotage/quitter"
        in chloe.get("/groupes/comite-de-pilotage/membres").text
    )
    assert chloe.send("/groupes/comite-de-pilotage/quitter").location == "/groupes"
    assert membership_of(cast.chloe, cast.hidden) is None
    assert chloe.get("/groupes/comite-de-pilotage/membres").status_code == 404


def test_the_last_owner_reads_what_to_do_before_leaving(browser: Open, cast: Cast) -> None:
    amina, page, leave = browser(cast.amina), "/groupes/ess-quartiers/membres", "/quitter"
    assert "Nommez d’abord" in amina.get(page).text
    assert leave in browser(cast.bruno).get(page).text
    amina.send(path_to(cast.bruno, "role"), {"role": "owner"})
    assert "Nommez d’abord" not in amina.get(page).text


def test_the_last_owner_stays_and_reads_why(browser: Open, cast: Cast) -> None:
    amina = browser(cast.amina)
    refused = amina.send("/groupes/ess-quartiers/quitter")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    assert "Chloé Dumas" in refused.text
    demoted = amina.send(path_to(cast.amina, "role"), {"role": "member"})
    assert demoted.status_code == 409
    with atomic():
        change_role(cast.amina, cast.ess, cast.bruno, Role.OWNER)
    assert amina.send("/groupes/ess-quartiers/quitter").status_code == 303
    assert membership_of(cast.amina, cast.ess) is None


def test_the_page_costs_the_same_for_three_members_or_twenty(
    browser: Open, cast: Cast, count_queries: Callable[[], object]
) -> None:
    bruno, costs = browser(cast.bruno), []
    bruno.get("/groupes/ess-quartiers/membres")
    for more in (15, 0):
        with count_queries() as counter:  # type: ignore[attr-defined]
            bruno.get("/groupes/ess-quartiers/membres")
        costs.append(counter.count)
        for number in range(more):
            admit(cast.ess, make_member(f"M{number} Autre"))
    assert costs[0] == costs[1]


def test_what_may_be_done_with_a_member_says_with_whom(browser: Open, cast: Cast) -> None:
    page = browser(cast.amina).get("/groupes/ess-quartiers/membres").text
    for act in (
        "Retirer du groupe…\u00a0:",
        "Nommer propriétaire\u00a0:",
        "Avertir, mettre en lecture seule ou exclure…\u00a0:",
    ):
        assert f'aria-label="{act} Chloé Dumas"' in page
    assert "Une personne retirée peut revenir" in page


def test_a_banned_person_is_no_member_of_the_list(browser: Open, cast: Cast) -> None:
    assert "Eva Moreau" not in browser(cast.chloe).get("/groupes/ess-quartiers/membres").text
    membership = membership_of(cast.eva, cast.ess)
    assert membership is not None
    assert membership.state is MembershipState.BANNED


def test_the_door_of_requests_names_nobody_who_never_asked(browser: Open, cast: Cast) -> None:
    hidden = make_member("Inès Inconfirmée", email="ines@example.org", confirmed_at=None)
    answer = browser(cast.amina).send(
        f"/groupes/ess-quartiers/demandes/{hidden.id}", {"answer": "refuse", "reason": "Non."}
    )
    assert answer.status_code == 404
    assert "Inès" not in answer.text


def test_every_list_of_a_moderator_goes_on(browser: Open, cast: Cast) -> None:
    """More people than fit on one page are banned, invited or ask to join: all can be reached."""
    many = [
        make_member(f"Personne {n}", email=f"p{n}@example.org") for n in range(DEFAULT_LIMIT + 1)
    ]
    for member in many:
        ban(cast.ess, member)
        with atomic():
            join_group(member, cast.private)
    for number in range(DEFAULT_LIMIT + 1):
        with atomic():
            invite_address(cast.amina, cast.ess, f"invite{number}@example.org")
    amina = browser(cast.amina)
    ess, regies = "/groupes/ess-quartiers/membres", "/groupes/regies-de-quartier/membres"
    for page, word in ((ess, "excluded"), (ess, "invited"), (regies, "requests")):
        goes_on = rf'href="({page}\?{word}=[^"#]+)#'
        (more,) = re.findall(goes_on, amina.get(page).text)
        rest = amina.get(unescape(more)).text
        assert re.findall(goes_on, rest) == []
        assert ("Personne 0" in rest) or ("invite0@example.org" in rest)
