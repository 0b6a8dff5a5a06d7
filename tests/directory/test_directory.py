"""Members who chose to be listed are found by what they show to their reader; no others are."""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Member, Organisation
from grandequipe.members.services import DetailsInput, ProfileInput, edit_profile, erase_member
from grandequipe.taxonomies.models import Territory, Theme, ThemeFamily
from grandequipe.taxonomies.services import (
    Neighbourhood,
    import_neighbourhoods,
    load_territories,
)
from tests.api.conftest import Program
from tests.conftest import Visitor
from tests.factories import Cast, make_member

Open = Callable[[Member], Visitor]
EVERY = ("job_title", "organisation", "bio", "territory", "themes", "languages", "links", "offers",
         "seeks")  # fmt: skip


def join(member: Member, audience: str = "members", *, is_listed: bool = True, **said: Any) -> None:
    """Have a member fill in a profile, show it to an audience, and choose to be listed."""
    words = {name: said.pop(name) for name in ("job_title", "organisation") if name in said}
    with atomic():
        profile = ProfileInput(
            member.display_name,
            **words,
            details=DetailsInput(**said),
            audiences=dict.fromkeys(EVERY, audience),
            choices={"is_listed": is_listed},
        )
        edit_profile(member, profile)


def found(page: str) -> list[str]:
    """List the names on a page of the directory."""
    return re.findall(r'class="member-words">\s*<a [^>]*>([^<]*)</a>', page)


@pytest.fixture
def places(cast: Cast) -> None:
    """Make a région with a département and a commune, and two themes, one below the other."""
    with atomic():
        for code, kind, name, label, parent in (
            ("R11", "region", "Île-de-France", "Île-de-France (région)", None),
            ("D93", "department", "Seine-Saint-Denis", "Seine-Saint-Denis (93)", "R11"),
            ("C93006", "municipality", "Bagnolet", "Bagnolet (93)", "D93"),
        ):
            db.session.add(Territory(code=code, kind=kind, name=name, label=label,
                                     search_name=name.lower(), parent_code=parent))  # fmt: skip
            db.session.flush()
        above = Theme(slug="cadre", name="Cadre de vie", family=ThemeFamily.CITY_POLICY)
        db.session.add(above)
        db.session.flush()
        db.session.add(Theme(slug="jardins", name="Jardins", family=ThemeFamily.CITY_POLICY,
                             parent_id=above.id))  # fmt: skip


@pytest.mark.usefixtures("places")
def test_members_are_found_by_everything_that_they_show(
    cast: Cast,
    browser: Open,
    program: Callable[..., Program],
) -> None:
    join(cast.chloe, territory="Bagnolet (93)", themes=["jardins"], offers="Des boutures d’œillets",
         seeks="Une serre", organisation="Régie des Coteaux", job_title="Jardinière")  # fmt: skip
    join(cast.amina)
    join(cast.bruno, is_listed=False)
    driss, caller = browser(cast.driss), program(cast.driss)
    assert found(driss.get("/annuaire").text) == ["Amina Belkacem", "Chloé Dumas"]
    asked = {
        "q=chloe": "q=chloe",
        "q=dum+CHL": "q=dum+CHL",
        "q=oeillets": "q=oeillets",
        "q=serre": "q=serre",
        "q=jardiniere+coteaux": "q=jardiniere+coteaux",
        "territoire=Bagnolet+(93)": "territory=C93006",
        "territoire=Seine-Saint-Denis+(93)": "territory=D93",
        "territoire=R11": "territory=R11",
        "thematique=jardins": "theme=jardins",
        "thematique=cadre": "theme=cadre",
        "structure=r%C3%A9gie+des+coteaux": "organisation=r%C3%A9gie+des+coteaux",
        "q=serre&territoire=D93&thematique=jardins": "q=serre&territory=D93&theme=jardins",
    }
    for page, call in asked.items():
        assert (page, found(driss.get(f"/annuaire?{page}").text)) == (page, ["Chloé Dumas"])
        items = caller.get(f"/members?{call}").json["items"]
        assert (call, [each["display_name"] for each in items]) == (call, ["Chloé Dumas"])
    [shown] = caller.get("/members?q=serre").json["items"]
    assert (shown["territory"], shown["themes"]) == ("C93006", ["jardins"])
    assert shown["offers"] == "Des boutures d’œillets"
    assert "email" not in shown
    for nothing in ("q=bruno", "q=ouvrage", "q=hlo", "q=%25", "q=chloe&thematique=cadre&q=x"):
        expected = {"q=%25": 2, "q=chloe&thematique=cadre&q=x": 1}.get(nothing, 0)
        assert (nothing, len(found(driss.get(f"/annuaire?{nothing}").text))) == (nothing, expected)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("audience", ["nobody", "groups", "members", "everyone"])
def test_nobody_is_found_by_what_they_do_not_show_to_who_looks(
    cast: Cast, browser: Open, audience: str
) -> None:
    join(cast.chloe, audience, territory="C93006", themes=["jardins"], offers="boutures",
         organisation="Régie des Coteaux")  # fmt: skip
    readers = {
        "member": browser(cast.driss),
        "fellow": browser(cast.bruno),
        "administrator": browser(cast.farid),
    }
    seen_by = {"nobody": set(), "groups": {"fellow"}}.get(audience, set(readers))
    for name, reader in readers.items():
        assert found(reader.get("/annuaire?q=chloe").text) == ["Chloé Dumas"]
        for query in ("q=boutures", "q=coteaux", "territoire=R11", "thematique=cadre",
                      "structure=Régie des Coteaux"):  # fmt: skip
            page = reader.get(f"/annuaire?{query}").text
            expected = ["Chloé Dumas"] if name in seen_by else []
            assert (name, query, found(page)) == (name, query, expected)
            assert ("boutures</span>" in page) is (name in seen_by)


def test_who_takes_back_the_consent_or_closes_the_account_is_gone_at_once(
    cast: Cast, browser: Open
) -> None:
    driss = browser(cast.driss)
    for leave in ("unlist", "suspend", "erase"):
        nora = make_member("Nora Petit", email=f"nora-{leave}@example.org")
        join(nora)
        assert found(driss.get("/annuaire").text) == ["Nora Petit"]
        if leave == "unlist":
            browser(nora).send("/reglages/profil", {"display_name": "Nora Petit"})
        elif leave == "suspend":
            with atomic():
                nora.active = False
        else:
            with atomic():
                erase_member(nora)
        assert found(driss.get("/annuaire").text) == []


@pytest.mark.usefixtures("places")
def test_names_organisations_and_themes_that_change_are_found_as_they_are_now(
    cast: Cast, browser: Open
) -> None:
    join(cast.chloe, organisation="Régie des Coteaux", themes=["jardins"])
    driss = browser(cast.driss)
    with atomic():
        cast.chloe.display_name = "Chloé Bonnet"
        cast.chloe.organisation.name = "Régie des Lilas"
        db.session.query(Theme).filter_by(slug="jardins").one().parent_id = None
    for query, names in (
        ("q=dumas", []),
        ("q=bonnet", ["Chloé Bonnet"]),
        ("q=coteaux", []),
        ("q=lilas", ["Chloé Bonnet"]),
        ("thematique=cadre", []),
        ("thematique=jardins", ["Chloé Bonnet"]),
    ):
        assert (query, found(driss.get(f"/annuaire?{query}").text)) == (query, names)
    assert db.session.query(Organisation).count() == 1


def test_a_long_list_is_read_on_without_skipping_or_repeating(
    cast: Cast,
    browser: Open,
    program: Callable[..., Program],
) -> None:
    names = [f"{first} {last}" for first in ("Ali", "Élise", "Zoé", "أمينة") for last in
             ("Abadie", "Béranger", "Costa", "Diop", "Étienne", "Faure")]  # fmt: skip
    for number, name in enumerate(names):
        join(make_member(name, email=f"m{number}@example.org"))
    driss, listed, path = browser(cast.driss), [], "/annuaire"
    while path:
        page = driss.get(path).text
        listed += found(page)
        more = re.search(r'href="(/annuaire\?cursor=[^"]+)" rel="next"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert sorted(listed) == sorted(names)
    assert listed.index("Ali Faure") < listed.index("Élise Abadie") < listed.index("Zoé Abadie")
    caller, cursor, read = program(cast.driss), "", []
    while cursor is not None:
        answer = caller.get(f"/members?limit=7&cursor={cursor}").json
        read += [each["display_name"] for each in answer["items"]]
        cursor = answer["next"]
    assert read == listed
    assert driss.get("/annuaire?cursor=nonsense").status_code == 200
    assert caller.get("/members?cursor=nonsense").status_code == 422
    forged = b64encode(b'["a", true]').decode()
    assert driss.get(f"/annuaire?cursor={forged}").status_code == 200
    assert caller.get(f"/members?cursor={forged}").status_code == 422


def test_what_is_typed_wrong_gets_a_sentence_and_is_given_back(
    cast: Cast,
    browser: Open,
    program: Callable[..., Program],
) -> None:
    driss, caller = browser(cast.driss), program(cast.driss)
    for query, words in (
        ("territoire=Nulle+part", "Nulle part"),
        ("structure=Personne", "Personne"),
        ("q=" + "x" * 300, "x" * 100),
        ("q=%00%27%3B--", "&#39;;--"),
        ("thematique=%00", "annuaire"),
        ("territoire=%00", "annuaire"),
        ("structure=%00", "annuaire"),
    ):
        answer = driss.get(f"/annuaire?{query}")
        assert (query, answer.status_code, words in answer.text) == (query, 200, True)
    assert 'id="territoire-error"' in driss.get("/annuaire?territoire=Nulle+part").text
    for query in ("territory=nowhere", "theme=none", "organisation=none", "q=" + "x" * 101):
        assert caller.get(f"/members?{query}").status_code == 422


def test_each_empty_page_says_why(cast: Cast, browser: Open) -> None:
    driss = browser(cast.driss)
    assert "Il n’y a encore personne dans l’annuaire" in driss.get("/annuaire").text
    assert "Aucun membre ne correspond" in driss.get("/annuaire?q=personne").text
    assert "/reglages/profil#is_listed" in driss.get("/annuaire").text


def test_the_index_is_what_a_scan_of_profiles_gives(cast: Cast) -> None:
    """Rebuilt from nothing, no entry differs from what triggers wrote."""
    for member, audience in ((cast.chloe, "groups"), (cast.amina, "members"), (cast.eva, "nobody")):
        join(member, audience, offers=f"De {member.display_name}", languages=["fr"])
    join(cast.amina, "everyone", seeks="Un lieu")
    query = text("SELECT * FROM directory_entry ORDER BY member_id")
    before = db.session.execute(query).all()
    assert len(before) == 3
    with atomic():
        db.session.execute(text("DELETE FROM directory_entry"))
        db.session.execute(text("SELECT refresh_directory_entry(id) FROM member"))
    assert db.session.execute(query).all() == before


@pytest.mark.usefixtures("places")
def test_a_territory_shows_who_acts_there_and_the_map_counts_them(
    cast: Cast, browser: Open, visitor: Visitor
) -> None:
    with atomic():
        load_territories([("C93048", "municipality", "Montreuil", "D93", "93")])
        import_neighbourhoods([Neighbourhood("QN09302M", "La Noue", ("C93006", "C93048"))])
    gina, paul = make_member("Gina Rossi"), make_member("Paul Petit")
    join(gina, territory="QN09302M")
    join(paul, "nobody", territory="C93006")
    chloe = browser(cast.chloe)
    for code in ("QN09302M", "C93006", "C93048", "D93"):
        page = chloe.get(f"/territoires/{code}").text
        section = page[page.index('id="members-here"') :].split("</section>")[0]
        assert found(section) == ["Gina Rossi"], code
        assert 'id="members-here"' not in visitor.get(f"/territoires/{code}").text
    carte = chloe.get("/territoires/carte").text
    row = carte[carte.index('<a href="/territoires/D93">') :].split("</tr>")[0]
    assert "Membres de l’annuaire" in carte
    assert sorted(re.findall(r'is-number">\s*(\d+)', row)) == ["0", "0", "1"]
    assert "Membres de l’annuaire" not in visitor.get("/territoires/carte").text
