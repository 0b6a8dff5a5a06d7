"""No client can make the site write to strangers at will, from one place or to one mailbox."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from tests.api.conftest import Program, program, react_to_all  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import PASSWORD, Cast, make_group, make_member_with_password
from tests.members.conftest import Inbox, link_in

Open = Callable[[Member], Visitor]
SOMEBODY = {"display_name": "Alice Martin", "password": PASSWORD}


@pytest.fixture(autouse=True)
def small_limits(app: Flask) -> Iterator[None]:
    """Let three mails be asked for from a place, and two of a sort go to a mailbox."""
    usual = app.config["SETTINGS"]
    small = {"limit_letters": "3 per hour", "limit_mailbox": "2 per hour"}
    app.config["SETTINGS"] = replace(usual, **small)
    yield
    app.config["SETTINGS"] = usual


def at(number: int) -> dict[str, dict[str, str]]:
    return {"environ_overrides": {"REMOTE_ADDR": f"198.51.100.{number}"}}


def test_mails_from_one_place_are_counted_for_all_recipients_together(
    visitor: Visitor, inbox: Inbox
) -> None:
    make_member_with_password("Bruno Castel")
    asked = (
        ("/inscription", {**SOMEBODY, "email": "alice@example.org"}),
        ("/mot-de-passe-oublie", {"email": "bruno@example.org"}),
        ("/confirmation", {"email": "alice@example.org"}),
    )
    for path, form in asked:
        assert visitor.send(path, form).status_code in (200, 302)
    assert len(inbox.mails()) == 3
    for path, form in asked:
        refused = visitor.send(path, {**form, "email": "driss@example.org"})
        assert refused.status_code == 429
        assert "beaucoup en peu de temps" in refused.text
        assert refused.headers["Retry-After"]
    chloe = {**SOMEBODY, "email": "chloe@example.org"}
    assert visitor.send("/inscription", chloe, **at(7)).status_code == 302
    assert len(inbox.mails()) == 1


def test_a_registration_that_is_refused_costs_nothing(visitor: Visitor) -> None:
    for _time in range(5):
        mistyped = {**SOMEBODY, "email": "alice@example.org", "password": "court"}
        assert visitor.send("/inscription", mistyped).status_code == 422
    right = {**SOMEBODY, "email": "alice@example.org"}
    assert visitor.send("/inscription", right).status_code == 302


def test_refused_registrations_are_limited_as_well(app: Flask, visitor: Visitor) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], limit_registrations="2 per hour")
    mistyped = {**SOMEBODY, "email": "alice@example.org", "password": "motdepasse12"}
    answers = [visitor.send("/inscription", mistyped) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[2].headers["Retry-After"]
    assert visitor.send("/inscription", mistyped, **at(7)).status_code == 422


@pytest.mark.parametrize(
    "sign", ["https://evil.example", "WWW.evil.example", "a@evil.example", "＠moi"]
)
def test_no_name_carries_an_address_to_strangers(
    visitor: Visitor,
    browser: Open,
    program: Callable[..., Program],  # noqa: F811
    cast: Cast,
    inbox: Inbox,
    sign: str,
) -> None:
    name = f"GAGNEZ {sign} !"
    form = {**SOMEBODY, "email": "alice@example.org", "display_name": name}
    refused = visitor.send("/inscription", form)
    assert "sans adresse" in refused.text
    assert inbox.mails() == []
    profile = browser(cast.chloe).send("/reglages/profil", {"display_name": name})
    assert profile.status_code == 422
    assert "sans adresse" in profile.text
    call = program(cast.chloe).patch("/me", {"display_name": name})
    assert (call.status_code, list(call.json["errors"])) == (422, ["display_name"])


def test_a_network_of_ipv6_is_one_place(visitor: Visitor) -> None:
    answers = []
    for number in range(6):
        here = {"REMOTE_ADDR": f"2001:db8:1:2::{number}"}
        form = {"email": "alice@example.org"}
        sent = visitor.send("/mot-de-passe-oublie", form, environ_overrides=here)
        answers.append(sent.status_code)
    assert answers == [200, 200, 200, 429, 429, 429]


def test_one_mailbox_is_filled_from_nowhere(visitor: Visitor, inbox: Inbox) -> None:
    answers = [
        visitor.send("/inscription", {**SOMEBODY, "email": f"Victim+{n}@example.org"}, **at(n))
        for n in range(5)
    ]
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, "/connexion")}
    sent = [message["To"] for message in inbox.mails()]
    assert sent == ["Victim+0@example.org", "Victim+1@example.org"]


def test_a_known_address_and_an_unknown_one_are_answered_alike_when_it_is_full(
    visitor: Visitor, inbox: Inbox
) -> None:
    make_member_with_password("Bruno Castel")
    answers = [
        [
            visitor.send("/mot-de-passe-oublie", {"email": f"{name}@example.org"}, **at(n))
            for n in range(4)
        ]
        for name in ("bruno", "nobody")
    ]
    assert [[answer.status_code for answer in each] for each in answers] == [[200] * 4] * 2
    assert len(inbox.mails()) == 2


def test_what_strangers_ask_for_keeps_nobody_from_a_new_password(
    visitor: Visitor, inbox: Inbox
) -> None:
    make_member_with_password("Bruno Castel")
    for n in range(3):
        visitor.send("/inscription", {**SOMEBODY, "email": "bruno@example.org"}, **at(n))
    assert len(inbox.mails()) == 2
    visitor.send("/mot-de-passe-oublie", {"email": "bruno@example.org"}, **at(9))
    choose = link_in(inbox.mail())
    new = {"password": "un autre mot de passe"}
    assert visitor.send(choose, new).status_code == 302
    assert inbox.mail()["Subject"] == "Votre mot de passe a été changé"


def test_invitations_are_counted_for_their_mailbox(browser: Open, cast: Cast, inbox: Inbox) -> None:
    with atomic():
        groups = [cast.ess.slug, make_group(cast.bruno, "Jardins partagés").slug]
    for slug in groups:
        for number in (1, 2):
            form = {"email": f"boite+{number}@example.org"}
            answer = browser(cast.bruno).send(f"/groupes/{slug}/invitations", form)
            assert answer.status_code == 303
    react_to_all()
    assert [message["To"] for message in inbox.mails()] == [
        "boite+1@example.org",
        "boite+2@example.org",
    ]


def test_no_group_brings_its_founder_s_address_to_a_stranger(
    browser: Open, cast: Cast, inbox: Inbox
) -> None:
    bruno, rules = browser(cast.bruno), {"visibility": "public", "join_policy": "open"}
    group = {**rules, "posting_policy": "members", "name": "Gagnez sur www.evil.example"}
    refused = bruno.send("/groupes/nouveau", group)
    assert (refused.status_code, "un nom sans adresse" in refused.text) == (422, True)
    about = {"name": "Jardins", "description": "Tout est sur https://evil.example"}
    assert bruno.send("/groupes/nouveau", {**group, **about}).status_code == 303
    bruno.send("/groupes/jardins/invitations", {"email": "boite@example.org"})
    react_to_all()
    message = inbox.mail()
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    assert "Jardins" in message["Subject"]
    assert [part for part in parts if "evil.example" in part] == []


def test_no_mail_to_a_stranger_has_a_word_that_works_as_an_address(
    browser: Open, visitor: Visitor, cast: Cast, inbox: Inbox
) -> None:
    """A12: what it is for is left out; names from before the rule are written apart."""
    group = {"visibility": "public", "join_policy": "open", "posting_policy": "members",
             "name": "Lots sur evil.example", "description": "Voir evil.example/lots."}  # fmt: skip
    bruno = browser(cast.bruno)
    refused = bruno.send("/groupes/nouveau", group)
    assert (refused.status_code, "un nom sans adresse" in refused.text) == (422, True)
    assert bruno.send("/groupes/nouveau", {**group, "name": "Lots"}).status_code == 303
    with atomic():
        cast.bruno.display_name = "Bruno bruno.example"
        made = db.session.query(Group).filter_by(slug="lots").one()
        made.name = group["name"]
    bruno.send("/groupes/lots/invitations", {"email": "boite@example.org"})
    react_to_all()
    visitor.send("/mot-de-passe-oublie", {"email": "bruno@example.org"})
    mails = inbox.mails()
    assert len(mails) == 2
    for message in mails:
        parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        said = "\n".join([message["Subject"], *parts])
        assert "bruno. example" in said
        assert "evil.example" not in said
        assert "bruno.example" not in said
        assert "Voir evil" not in said


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("evil.com", "adresse de site"),
        ("Grande Équipe", "celui du site"),
        ("L’équipe de Grande Équipe", "celui du site"),
        ("Аmina Benkhelifa", "un seul alphabet"),
    ],
)
def test_one_rule_for_names_on_pages_and_in_calls(
    visitor: Visitor,
    browser: Open,
    program: Callable[..., Program],  # noqa: F811
    cast: Cast,
    name: str,
    says: str,
) -> None:
    """A12: all who send a name, in any way, read the same sentence."""
    form = {**SOMEBODY, "email": "alice@example.org", "display_name": name}
    assert says in visitor.send("/inscription", form, headers={"Accept-Language": "fr"}).text
    assert says in browser(cast.chloe).send("/reglages/profil", {"display_name": name}).text
    rules = {"visibility": "public", "join_policy": "open", "posting_policy": "members"}
    assert says in browser(cast.chloe).send("/groupes/nouveau", {**rules, "name": name}).text
    chloe = program(cast.chloe)
    assert list(chloe.patch("/me", {"display_name": name}).json["errors"]) == ["display_name"]
    assert list(chloe.post("/groups", {"name": name}).json["errors"]) == ["name"]


def test_dots_and_second_domains_lead_to_one_mailbox(visitor: Visitor, inbox: Inbox) -> None:
    """A11: two mails of a sort go to a mailbox in the hour, however its address is written."""
    written = ["zoepetit@gmail.com", "z.o.e.petit@gmail.com", "zoe.petit@googlemail.com",
               "zoe.petit+news@gmail.com"]  # fmt: skip
    for number, email in enumerate(written):
        form = {**SOMEBODY, "email": email}
        assert visitor.send("/inscription", form, **at(number)).status_code == 302
    assert len(inbox.mails()) == 2
