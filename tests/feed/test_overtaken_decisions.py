"""A8: a decision that came too late leads on, and a change of nothing is no proposal."""

from collections.abc import Callable

import pytest

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Post, PostProposal
from grandequipe.feed.services import approve_post, edit_post, refuse_post, refuse_proposal
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, draft_of, make_post

Open = Callable[[Member], Visitor]
MODERATION = "/groupes/petites-annonces/moderation"
OLD = {"title": "Prête perceuse", "body_html": "<p>Le soir.</p>"}


@pytest.fixture
def post(cast: Cast) -> Post:
    """Give a post of Chloé's that Bruno approved."""
    made = make_post(cast.chloe, cast.moderated, **OLD)
    with atomic():
        approve_post(cast.bruno, made, made.text_version)
    return made


def propose(cast: Cast, post: Post, title: str) -> PostProposal:
    with atomic():
        kept = edit_post(cast.chloe, post, draft_of(**(OLD | {"title": title})))
    assert kept is not None
    return kept


def test_who_approves_what_was_changed_since_is_led_to_the_new_comparison(
    cast: Cast, browser: Open, post: Post
) -> None:
    read, address = propose(cast, post, "Prête une scie").version, f"/publications/{post.id}"
    propose(cast, post, "Prête un marteau")
    late = browser(cast.bruno).send(f"{address}/proposition/accepter", {"read": read})
    assert (late.status_code, "comparez-les de nouveau" in late.text) == (409, True)
    assert f'href="{address}/proposition"' in late.text
    assert f'href="{MODERATION}"' in late.text


@pytest.mark.parametrize("act", ["accepter", "refuser"])
def test_who_decides_after_another_moderator_is_led_to_the_post_and_the_queue(
    cast: Cast, browser: Open, post: Post, act: str
) -> None:
    read, address = propose(cast, post, "Prête une scie").version, f"/publications/{post.id}"
    with atomic():
        refuse_proposal(cast.amina, post, "Trop court.")
    sent = {"read": read, "reason": "Trop long."}
    late = browser(cast.bruno).send(f"{address}/proposition/{act}", sent)
    assert late.status_code == 409
    assert "n’attend plus" in late.text
    assert f'href="{address}-prete-perceuse"' in late.text
    assert f'href="{MODERATION}"' in late.text


@pytest.mark.parametrize("act", ["publier", "refuser"])
def test_who_decides_late_on_a_post_that_waited_is_led_on_too(
    cast: Cast, browser: Open, act: str
) -> None:
    waiting = make_post(cast.chloe, cast.moderated, **OLD)
    read = waiting.text_version
    with atomic():
        refuse_post(cast.amina, waiting, "Indiquez votre quartier.")
    address = f"/publications/{waiting.id}"
    late = browser(cast.bruno).send(f"{address}/{act}", {"read": read, "reason": "Trop long."})
    assert late.status_code == 409
    assert f'href="{address}-prete-perceuse"' in late.text
    assert f'href="{MODERATION}"' in late.text


def test_a_link_to_a_change_that_was_decided_leads_to_the_post(
    cast: Cast, browser: Open, visitor: Visitor, post: Post
) -> None:
    address = f"/publications/{post.id}"
    for reader in (browser(cast.chloe), browser(cast.bruno)):
        led = reader.get(f"{address}/proposition")
        assert (led.status_code, led.location) == (303, address)
        assert "Aucune modification" in reader.get(address).text
    assert browser(cast.driss).get(f"{address}/proposition").status_code == 404
    assert "/connexion" in visitor.get(f"{address}/proposition").location


def test_a_change_of_nothing_asks_no_moderator(cast: Cast, browser: Open, post: Post) -> None:
    chloe, address = browser(cast.chloe), f"/publications/{post.id}"
    assert chloe.send(f"{address}/modifier", OLD).location == address
    assert "Rien n’a changé" in chloe.get(address).text
    assert db.session.query(PostProposal).count() == 0
    propose(cast, post, "Prête une scie")
    assert chloe.send(f"{address}/modifier", OLD).status_code == 303
    assert "précédente modification a été retirée" in chloe.get(address).text
    assert db.session.query(PostProposal).count() == 0
