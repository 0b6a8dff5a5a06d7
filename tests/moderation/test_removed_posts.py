"""What the author of a removed post finds at its address, and nobody else."""

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import place_post, remove_post, take_out
from grandequipe.feed.services.bulk_removal import remove_contents
from grandequipe.moderation.models import Decision
from tests.factories import make_post
from tests.web.reading import sentences_of


def remove(cast, post):
    remove_post(cast.bruno, post, "Une publicité.")


def remove_all(cast, post):
    remove_contents(cast.bruno, cast.ess, cast.chloe, post.created_at, "Une publicité.")


@pytest.mark.parametrize("act", [remove, remove_all])
def test_the_author_reads_that_it_was_removed_and_others_find_nothing(cast, browser, visitor, act):
    post = make_post(cast.chloe, cast.ess, title="Vide-grenier")
    address = f"/publications/{post.id}"
    with atomic():
        act(cast, post)
    page = browser(cast.chloe).get(address)
    assert page.status_code == 410
    for words in ("Votre publication a été retirée", "Vide-grenier", "Quelques mots."):
        assert words in sentences_of(page.text)
    if act is remove:
        decision = db.session.scalars(select(Decision)).one()
        assert f'href="/decisions/{decision.id}"' in page.text
        assert "Une publicité." in page.text
    assert 'href="/reglages/decisions"' in page.text
    for other in (browser(cast.driss), browser(cast.bruno), visitor):
        answer = other.get(address)
        assert answer.status_code == 404
        assert "Vide-grenier" not in answer.text


def test_what_its_author_removed_is_in_the_bin_and_what_one_group_shows_is_shown(cast, browser):
    own, shared = make_post(cast.chloe, cast.ess), make_post(cast.chloe, cast.ess)
    with atomic():
        remove_post(cast.chloe, own)
        place_post(cast.chloe, shared, cast.private)
    with atomic():
        take_out(cast.bruno, shared, cast.ess, "Une publicité.")
    chloe = browser(cast.chloe)
    assert chloe.get(f"/publications/{own.id}").status_code == 404
    shown = chloe.get(f"/publications/{shared.id}")
    assert shown.status_code == 200
