"""Creating a group and changing its settings."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group, JoinPolicy, PostingPolicy, Visibility
from grandequipe.groups.services import GroupInput, NameTaken, create_group, refuse_taken_name
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast
from tests.locks import count_held_up
from tests.waiting import wait_until

Open = Callable[[Member], Visitor]
GARDENS = {
    "name": "  Jardins partagés & compost ",
    "description": "Pour celles et ceux qui jardinent.\r\nEn bas des tours.",
    "visibility": "private",
    "join_policy": "request",
    "posting_policy": "moderated",
}


def found(slug: str) -> Group:
    return db.session.query(Group).filter_by(slug=slug).one()


def test_a_member_founds_a_group_and_owns_it(browser: Open, cast: Cast) -> None:
    driss = browser(cast.driss)
    answer = driss.send("/groupes/nouveau", GARDENS)
    assert (answer.status_code, answer.location) == (303, "/groupes/jardins-partages-compost")
    group = found("jardins-partages-compost")
    assert group.name == "Jardins partagés & compost"
    assert (group.visibility, group.member_count) == (Visibility.PRIVATE, 1)
    assert driss.get("/groupes/jardins-partages-compost/reglages").status_code == 200


@pytest.mark.parametrize("who", ["driss", "chloe"])
def test_a_second_group_of_a_name_is_founded_only_on_purpose(
    browser: Open, cast: Cast, who: str
) -> None:
    browser(cast.driss).send("/groupes/nouveau", GARDENS)
    again, typed = browser(getattr(cast, who)), GARDENS | {"name": "JARDINS PARTAGES & compost"}
    warned = again.send("/groupes/nouveau", typed)
    assert warned.status_code == 409
    assert 'href="/groupes/jardins-partages-compost"' in warned.text
    assert "En bas des tours." in warned.text, "nothing that was typed is lost"
    first = found("jardins-partages-compost")
    other = again.send("/groupes/nouveau", typed | {"beside": str(first.id)})
    assert other.location == "/groupes/jardins-partages-compost-2"


def test_a_hidden_group_is_not_revealed_by_its_name(browser: Open, cast: Cast) -> None:
    hidden = GARDENS | {"visibility": "hidden", "join_policy": "invite"}
    assert browser(cast.driss).send("/groupes/nouveau", hidden).status_code == 303
    assert browser(cast.driss).send("/groupes/nouveau", hidden).status_code == 409
    assert browser(cast.chloe).send("/groupes/nouveau", GARDENS).status_code == 303


def test_two_forms_of_one_founder_at_once_make_one_group(app: Flask, cast: Cast) -> None:
    def found_one() -> str:
        with app.app_context(), app.test_request_context():
            founder = db.session.get_one(Member, who)
            try:
                with atomic():
                    refuse_taken_name(founder, "Compost")
                    create_group(founder, GroupInput("Compost"))
            except NameTaken:
                return "warned"
            return "founded"

    who = cast.driss.id
    with ThreadPoolExecutor() as pool:
        with db.engine.begin() as other:
            other.execute(select(Member.id).where(Member.id == who).with_for_update(key_share=True))
            both = [pool.submit(found_one) for _number in range(2)]
            wait_until(lambda: count_held_up() == 2, "both wait for their founder")
        assert sorted(each.result() for each in both) == ["founded", "warned"]


def test_a_visitor_is_asked_to_log_in(visitor: Visitor) -> None:
    assert visitor.get("/groupes/nouveau").location == "/connexion?next=/groupes/nouveau"
    assert visitor.send("/groupes/nouveau", GARDENS).location == "/connexion"


def test_a_name_cannot_take_a_page(browser: Open, cast: Cast) -> None:
    answer = browser(cast.driss).send("/groupes/nouveau", {**GARDENS, "name": "Nouveau"})
    assert answer.location == "/groupes/nouveau-2"


def test_a_name_of_punctuation_alone_is_refused_with_the_reason(browser: Open, cast: Cast) -> None:
    answer = browser(cast.driss).send("/groupes/nouveau", {**GARDENS, "name": "!!!"})
    assert "Un nom doit contenir des lettres ou des chiffres." in answer.text
    assert "Donnez un nom au groupe." not in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "!!!"),
        ("name", "x" * 101),
        ("description", "x" * 2001),
        ("visibility", "secret"),
        ("join_policy", ""),
        ("posting_policy", "everyone"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    browser: Open, cast: Cast, field: str, typed: str
) -> None:
    before = db.session.query(Group).count()
    answer = browser(cast.driss).send("/groupes/nouveau", {**GARDENS, field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if field != "name":
        assert 'value="Jardins partagés &amp; compost"' in answer.text
    if field != "visibility":
        assert 'value="private" checked' in answer.text
    assert db.session.query(Group).count() == before


@pytest.mark.parametrize("typed", ["open", "request", "invite"])
def test_a_hidden_group_is_joined_by_invitation(browser: Open, cast: Cast, typed: str) -> None:
    """Whatever was chosen in the field that the page hides for hidden groups."""
    hidden = {**GARDENS, "visibility": "hidden", "join_policy": typed}
    answer = browser(cast.driss).send("/groupes/nouveau", hidden)
    assert answer.status_code == 303
    group = found(answer.location.rpartition("/")[2])
    assert (group.visibility, group.join_policy) == (Visibility.HIDDEN, JoinPolicy.INVITE)


def test_a_group_that_turns_hidden_is_joined_by_invitation(browser: Open, cast: Cast) -> None:
    rules = {**GARDENS, "name": "ESS Quartiers", "visibility": "hidden"}
    sent = browser(cast.amina).send("/groupes/ess-quartiers/reglages", rules)
    assert sent.status_code == 303
    group = found("ess-quartiers")
    db.session.refresh(group)
    assert (group.visibility, group.join_policy) == (Visibility.HIDDEN, JoinPolicy.INVITE)


def test_owners_settle_and_others_do_not(visitor: Visitor, browser: Open, cast: Cast) -> None:
    path = "/groupes/ess-quartiers/reglages"
    rules = {**GARDENS, "name": "ESS Quartiers", "visibility": "public"}
    assert visitor.get(path).location == f"/connexion?next={path}"
    for other in (cast.bruno, cast.chloe, cast.driss, cast.eva):
        assert browser(other).get(path).status_code == 403
        assert browser(other).send(path, rules).status_code == 403
    for owner in (cast.amina, cast.farid):
        assert browser(owner).get(path).status_code == 200
        assert browser(owner).send(path, rules).status_code == 303
    group = found("ess-quartiers")
    db.session.refresh(group)
    assert group.posting_policy is PostingPolicy.MODERATED


def test_settings_show_what_is_and_keep_what_was_typed(browser: Open, cast: Cast) -> None:
    path, amina = "/groupes/regies-de-quartier/reglages", browser(cast.amina)
    page = amina.get(path).text
    assert 'value="Régies de quartier"' in page
    assert 'value="private" checked' in page
    refused = amina.send(path, {**GARDENS, "name": "x" * 101})
    assert refused.status_code == 422
    assert "En bas des tours." in refused.text
    assert found("regies-de-quartier").name == "Régies de quartier"
