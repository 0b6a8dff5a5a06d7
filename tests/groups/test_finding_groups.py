"""The list of groups, as each kind of viewer sees it."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.services import invite_member
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_group, make_member

Open = Callable[[Member], Visitor]


def test_everyone_finds_what_is_not_hidden(visitor: Visitor, browser: Open, cast: Cast) -> None:
    for page in (visitor.get("/groupes").text, browser(cast.driss).get("/groupes").text):
        assert "ESS Quartiers" in page
        assert "Régies de quartier" in page
        assert "Comité de pilotage" not in page
    assert "Comité de pilotage" in browser(cast.chloe).get("/groupes").text
    assert "Comité de pilotage" in browser(cast.farid).get("/groupes").text
    assert "Comité de pilotage" not in browser(cast.eva).get("/groupes").text


def test_members_find_their_own_first(browser: Open, cast: Cast) -> None:
    make_group(cast.driss, "Jardins partagés")
    page = browser(cast.chloe).get("/groupes").text
    assert page.index('id="mine-title"') < page.index('id="all-title"')
    main = page[page.index('id="mine-title"') :]
    assert main.index("Comité de pilotage") < main.index('id="all-title"')
    assert main.index("Jardins partagés") > main.index('id="all-title"')
    assert main.count('/groupes/ess-quartiers"') == 1


def test_words_find_groups_without_accents_or_case(visitor: Visitor, cast: Cast) -> None:
    page = visitor.get("/groupes?q=REGIES%20Quartier").text
    assert "Régies de quartier" in page
    assert 'group-card" aria-labelledby="group-1"' not in page


@pytest.mark.parametrize("q", ["%", "_", "\x00", "'; DROP TABLE member", "x" * 100, "日本"])
def test_odd_words_break_nothing(visitor: Visitor, cast: Cast, q: str) -> None:
    assert visitor.get("/groupes", query_string={"q": q}).status_code == 200


def test_words_of_a_hidden_group_find_nothing(browser: Open, cast: Cast) -> None:
    assert "comite-de-pilotage" not in browser(cast.driss).get("/groupes?q=pilotage").text
    assert "comite-de-pilotage" in browser(cast.chloe).get("/groupes?q=pilotage").text


def test_an_invitation_waits_on_top(browser: Open, cast: Cast) -> None:
    with atomic():
        invite_member(cast.amina, cast.hidden, cast.driss)
    page = browser(cast.driss).get("/groupes").text
    assert page.index('id="invitations-title"') < page.index("Comité de pilotage")
    assert page.count("/groupes/comite-de-pilotage/rejoindre") == 1
    assert "/groupes/comite-de-pilotage/invitations/decliner" in page


def test_a_long_list_goes_on(visitor: Visitor, cast: Cast) -> None:
    for number in range(22):
        make_group(cast.driss, f"Groupe numéro {number}")
    first = visitor.get("/groupes").text
    link = re.search(r'<a[^>]*rel="next"[^>]*>', first)[0]
    following = unescape(re.search(r'href="([^"]*)"', link)[1])
    second = visitor.get(following).text
    assert first.count("<article") == 20
    assert second.count("<article") == 5
    assert visitor.get("/groupes?cursor=nonsense").status_code == 422


def test_an_empty_site_says_what_to_do(browser: Open, app: object) -> None:
    alone = make_member("Gisèle Petit", email="gisele@example.org")
    page = browser(alone).get("/groupes").text
    assert 'class="empty"' in page
    assert "/groupes/nouveau" in page
    assert db.session.query(Member).count() == 1


def test_the_list_costs_the_same_for_two_groups_or_twenty(
    browser: Open, cast: Cast, count_queries: Callable[[], object]
) -> None:
    client = browser(cast.driss)
    client.get("/groupes")
    costs = []
    for round_of_groups in range(2):
        with count_queries() as counter:  # type: ignore[attr-defined]
            client.get("/groupes")
        costs.append(counter.count)
        if not round_of_groups:
            for number in range(15):
                make_group(cast.amina, f"Encore {number}")
    assert costs[0] == costs[1]
