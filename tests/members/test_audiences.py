"""Each field of a profile is shown to its audience, and nobody else, wherever a name stands."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.members.models import Audience, Member, MemberProfile, ProfileField
from grandequipe.members.services import (
    DetailsInput,
    ProfileInput,
    change_picture,
    create_member,
    edit_profile,
    erase_member,
)
from grandequipe.taxonomies.models import Territory, Theme, ThemeFamily
from tests.api.conftest import Program
from tests.conftest import Visitor
from tests.factories import Cast, admit, make_comment, make_post

Open = Callable[[Member], Visitor]
# What each field is recognised by on a page.
SAID = {
    ProfileField.JOB_TITLE: "Jardinière en chef",
    ProfileField.ORGANISATION: "Régie des Coteaux",
    ProfileField.BIO: "Je plante des haies.",
    ProfileField.PICTURE: "/photo?v=",
    ProfileField.TERRITORY: "Bagnolet (93)",
    ProfileField.THEMES: "Nature en ville",
    ProfileField.LANGUAGES: "kabyle",
    ProfileField.LINKS: "https://haies.example.org/moi",
    ProfileField.OFFERS: "Des boutures de lavande.",
    ProfileField.SEEKS: "Une serre à partager.",
}
READERS = ("visitor", "member", "fellow", "owner", "administrator")
SEEN_BY = {
    Audience.NOBODY: {"owner"},
    Audience.GROUPS: {"fellow", "owner"},
    Audience.MEMBERS: {"member", "fellow", "owner", "administrator"},
    Audience.EVERYONE: {"visitor", "member", "fellow", "owner", "administrator"},
}


@pytest.fixture
def chloe(cast: Cast) -> Member:
    """Have Chloé fill in every field of her profile, and show none."""
    with atomic():
        db.session.add(Theme(slug="nature", name="Nature en ville", family=ThemeFamily.CITY_POLICY))
        db.session.add(Territory(code="C93006", kind="municipality", name="Bagnolet",
                                 label="Bagnolet (93)", search_name="bagnolet"))  # fmt: skip
        db.session.flush()
        change_picture(cast.chloe, b"no picture that is looked at")
        edit_profile(
            cast.chloe,
            ProfileInput(
                "Chloé Dumas",
                SAID[ProfileField.JOB_TITLE],
                SAID[ProfileField.ORGANISATION],
                SAID[ProfileField.BIO],
                details=DetailsInput(
                    territory="Bagnolet (93)",
                    themes=["nature"],
                    languages=["kab"],
                    links=[SAID[ProfileField.LINKS]],
                    offers=SAID[ProfileField.OFFERS],
                    seeks=SAID[ProfileField.SEEKS],
                ),
            ),
        )
    show(cast.chloe, Audience.NOBODY)
    return cast.chloe


def show(member: Member, audience: Audience, *fields: ProfileField) -> None:
    """Have a member show these fields, or all, to an audience."""
    audiences = dict.fromkeys(fields or ProfileField, audience.value)
    with atomic():
        edit_profile(member, ProfileInput(
            member.display_name, member.job_title,
            member.organisation.name if member.organisation else "", member.bio,
            audiences=audiences,
        ))  # fmt: skip


@pytest.fixture
def readers(cast: Cast, browser: Open, visitor: Visitor) -> dict[str, Visitor]:
    """Open a browser for each kind of reader of Chloé's profile."""
    people = (cast.driss, cast.bruno, cast.chloe, cast.farid)
    return dict(zip(READERS, (visitor, *map(browser, people)), strict=True))


def seen_in(page: str) -> set[ProfileField]:
    """Say which fields a page shows."""
    return {field for field, words in SAID.items() if words in page}


@pytest.mark.parametrize("audience", Audience)
def test_a_profile_shows_each_field_to_its_audience(
    chloe: Member, readers: dict[str, Visitor], audience: Audience
) -> None:
    show(chloe, audience)
    for name, reader in readers.items():
        page = reader.get(f"/membres/{chloe.id}")
        expected = set(SAID) if name in SEEN_BY[audience] else set()
        assert (name, seen_in(page.text)) == (name, expected)
        is_login = name == "visitor" and audience is not Audience.EVERYONE
        assert page.status_code == (303 if is_login else 200)
        picture = reader.get(f"/membres/{chloe.id}/photo").status_code
        assert (name, picture) == (name, 200 if expected else 404)


def test_one_field_says_nothing_of_another(chloe: Member, readers: dict[str, Visitor]) -> None:
    turns = list(Audience)
    for shift in range(len(turns)):
        chosen = {f: turns[(i + shift) % len(turns)] for i, f in enumerate(ProfileField)}
        with atomic():
            chloe.audiences = {f.value: a for f, a in chosen.items() if a is not Audience.NOBODY}
        for name, reader in readers.items():
            page = reader.get(f"/membres/{chloe.id}").text
            expected = {f for f, audience in chosen.items() if name in SEEN_BY[audience]}
            assert (name, shift, seen_in(page)) == (name, shift, expected)


@pytest.mark.parametrize("audience", Audience)
def test_bylines_follow_the_same_rule(
    cast: Cast, chloe: Member, readers: dict[str, Visitor], program: Callable[..., Program],
    audience: Audience,
) -> None:  # fmt: skip
    post = make_post(chloe, cast.ess, title="Des haies partout")
    under = make_post(cast.amina, cast.ess)
    make_comment(chloe, under)
    show(chloe, audience)
    readers_of_it = SEEN_BY[audience]
    title, organisation = SAID[ProfileField.JOB_TITLE], SAID[ProfileField.ORGANISATION]
    picture = f"/membres/{chloe.id}/photo?v="
    for name, reader in readers.items():
        sees = name in readers_of_it
        card = reader.get("/groupes/ess-quartiers").text
        assert (name, organisation in card, picture in card) == (name, sees, sees)
        page = reader.get(f"/publications/{post.id}").text
        assert (name, organisation in page, title in page) == (name, sees, sees)
        thread = reader.get(f"/publications/{under.id}").text
        assert (name, organisation in thread, picture in thread) == (name, sees, sees)
    callers = dict(zip(READERS, (None, cast.driss, cast.bruno, chloe, cast.farid), strict=True))
    for name, caller in callers.items():
        author = program(caller).get(f"/posts/{post.id}").json["author"]
        said = (author["job_title"], author["organisation"])
        assert (name, said) == (
            name,
            (title, organisation) if name in readers_of_it else ("", None),
        )


def test_lists_of_members_exports_and_suggestions_say_no_more(
    cast: Cast, chloe: Member, browser: Open, program: Callable[..., Program]
) -> None:
    """Amina owns the group and belongs to it with Chloé."""
    amina, list_page = browser(cast.amina), "/groupes/ess-quartiers/membres"
    organisation = chloe.organisation_id

    def found() -> tuple[bool, ...]:
        said = SAID[ProfileField.ORGANISATION], SAID[ProfileField.JOB_TITLE]
        page = amina.get(list_page).text
        narrowed = amina.get(f"{list_page}?organisation={organisation}").text
        exported = amina.get(f"{list_page}.csv").data.decode("utf-8-sig")
        cells = {cell for row in csv.reader(io.StringIO(exported)) for cell in row}
        suggested = str(amina.get("/groupes/ess-quartiers/mentions?q=chlo").json)
        listed = program(cast.amina).get("/groups/ess-quartiers/members?limit=100").json["items"]
        [mine] = [each for each in listed if each["id"] == chloe.id]
        return (
            said[0] in page,
            "Chloé Dumas</a>" in narrowed,
            set(said) <= cells,
            bool(set(said) & cells),
            said[0] in suggested,
            mine["organisation"] is not None,
        )

    assert not any(found())
    show(chloe, Audience.GROUPS, ProfileField.ORGANISATION, ProfileField.JOB_TITLE)
    assert all(found())


def test_a_consent_withdrawn_is_gone_in_the_next_request(
    cast: Cast, chloe: Member, visitor: Visitor, browser: Open
) -> None:
    """Neither the kept page of visitors nor a browser's own copy of the home shows it again."""
    make_post(chloe, cast.ess)
    show(chloe, Audience.EVERYONE)
    words, bruno = SAID[ProfileField.ORGANISATION], browser(cast.bruno)
    group = "/groupes/ess-quartiers"
    assert words in visitor.get(group).text
    assert words in visitor.get(group).text, "from the kept page"
    home = bruno.get("/")
    assert words in home.text
    known = {"If-None-Match": bruno.get("/").headers["ETag"]}
    sent = browser(chloe).send(
        "/reglages/profil",
        {
            "display_name": "Chloé Dumas",
            "organisation": words,
            "organisation_audience": "nobody",
            "picture_audience": "nobody",
        },
    )
    assert sent.status_code == 303
    assert words not in visitor.get(group).text
    again = bruno.get("/", headers=known)
    assert again.status_code == 200
    assert words not in again.text
    assert visitor.get(f"/membres/{chloe.id}/photo").status_code == 404


def test_who_leaves_the_group_in_common_reads_no_more(
    cast: Cast, chloe: Member, browser: Open
) -> None:
    admit(cast.ess, cast.driss)
    show(chloe, Audience.GROUPS)
    driss, profile = browser(cast.driss), f"/membres/{chloe.id}"
    assert seen_in(driss.get(profile).text) == set(SAID)
    assert driss.send("/groupes/ess-quartiers/quitter").status_code == 303
    assert seen_in(driss.get(profile).text) == set()


def test_nothing_is_ticked_for_a_newcomer_and_all_may_be_passed_over(
    app: Flask, cast: Cast, browser: Open
) -> None:
    with atomic():
        nora = create_member("nora@example.org", "Nora Petit", None)
        nora.confirmed_at = nora.created_at
    page = browser(nora).get("/reglages/profil?next=/groupes").text
    assert page.count('<option selected value="nobody">') == len(ProfileField) - 1
    assert "checked" not in page
    assert 'href="/groupes"' in page
    sent = browser(nora).send(
        "/reglages/profil?next=/groupes",
        {"display_name": "Nora Petit", "bio": "Voisine", "bio_audience": "members"},
    )
    assert sent.location == "/groupes"
    db.session.refresh(nora)
    assert nora.audiences == {"bio": "members"}
    assert browser(nora).send(
        "/reglages/profil?next=https://evil.example", {"display_name": "Nora Petit"}
    ).location == f"/membres/{nora.id}"  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("links", "http://example.org"),
        ("links", "https://"),
        ("links", "javascript:alert(1)"),
        ("links", "\n".join(f"https://example.org/{n}" for n in range(6))),
        ("territory", "Nulle part (00)"),
        ("themes", "no-theme"),
        ("languages", "xx-nothing"),
        ("offers", "x" * 1001),
        ("seeks", "x" * 1001),
        ("bio_audience", "the world"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    chloe: Member, browser: Open, field: str, typed: str
) -> None:
    sent = {"display_name": "Chloé Dumas", "offers": "Mon temps", "seeks": "Un lieu", field: typed}
    answer = browser(chloe).send("/reglages/profil", sent)
    assert answer.status_code == 422
    for name in {"offers", "seeks"} - {field}:
        assert f"{sent[name]}</textarea>" in answer.text
    if not field.endswith("_audience"):
        assert f'id="{field}-error"' in answer.text
    stored = db.session.get_one(MemberProfile, chloe.id)
    assert stored.offers == SAID[ProfileField.OFFERS]


def test_programs_choose_audiences_too(cast: Cast, program: Callable[..., Program]) -> None:
    with atomic():
        nora = create_member("nora@example.org", "Nora Petit", None)
        nora.confirmed_at = nora.created_at
    caller = program(nora)
    assert set(caller.get("/me").json["audiences"].values()) == {"nobody"}
    changed = caller.patch("/me", {"job_title": "Voisine", "audiences": {"job_title": "members"}})
    assert changed.json["audiences"]["job_title"] == "members"
    assert changed.json["job_title"] == "Voisine"
    assert caller.patch("/me", {"audiences": {"job_title": "all"}}).status_code == 422
    assert caller.patch("/me", {"audiences": {"email": "everyone"}}).status_code == 422


def test_a_closed_account_leaves_nothing_of_its_profile(chloe: Member, browser: Open) -> None:
    show(chloe, Audience.EVERYONE)
    with atomic():
        erase_member(chloe)
    assert db.session.get(MemberProfile, chloe.id) is None
    assert chloe.audiences == {}
    assert chloe.has_public_page is False


def test_a_profile_lists_what_its_reader_may_read_and_the_groups_in_common(
    cast: Cast, browser: Open
) -> None:
    make_post(cast.chloe, cast.ess, title="Dans un groupe public")
    make_post(cast.chloe, cast.hidden, title="Dans un groupe caché")
    for reader, sees in ((cast.bruno, True), (cast.driss, False)):
        page = browser(reader).get(f"/membres/{cast.chloe.id}").text
        assert "Dans un groupe public" in page
        assert ("Dans un groupe caché" in page) is sees
        assert ("Groupes en commun" in page) is sees
        assert ("Comité de pilotage" in page) is sees
