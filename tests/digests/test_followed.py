"""The public posts of what a member follows, in their digest."""

from collections.abc import Callable
from datetime import datetime

import pytest

from grandequipe.core.mail import MailState, deliver
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import Digest
from grandequipe.extensions import db
from grandequipe.feed.services import follow, place_post, remove_post
from grandequipe.groups.models import Group, Visibility
from grandequipe.taxonomies.models import Territory, Theme
from grandequipe.taxonomies.services import load_territories, load_themes
from tests.digests.conftest import A_WEEK
from tests.digests.mail_server import MailServer
from tests.digests.test_contents import Send, digest_of, text_to
from tests.factories import Cast, admit, make_group, make_post

BECAUSE = "Parce que vous suivez"


@pytest.fixture
def elsewhere(cast: Cast) -> Group:
    """Give a public group without Chloé, who follows a theme and a département."""
    with atomic():
        load_themes({"city_policy": [{"slug": "sante", "name": "Santé"}], "social_economy": []})
        load_territories([("D93", "department", "Seine-Saint-Denis", None, "93")])
    with atomic():
        follow(cast.chloe, db.session.query(Theme).one())
        follow(cast.chloe, db.session.query(Territory).one())
    return make_group(cast.driss, "Ailleurs")


def labelled(cast: Cast, group: Group, title: str) -> int:
    post = make_post(cast.driss, group, title=title, themes=["sante"], territories=["D93"])
    return post.id


def test_what_is_followed_has_a_section_of_its_own_and_comes_once(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, elsewhere: Group
) -> None:
    make_post(cast.amina, cast.ess, title="De mon groupe")
    first = labelled(cast, elsewhere, "D’ailleurs")
    hidden = make_group(cast.driss, "Ailleurs, privé", visibility=Visibility.PRIVATE)
    labelled(cast, hidden, "Réservé")
    send(monday)
    text = text_to(sink, cast.chloe)
    assert text.count("D’ailleurs") == text.count(BECAUSE) == 1
    assert "Réservé" not in text
    assert "DE MON GROUPE" in text.upper().split("CE QUE VOUS SUIVEZ")[0]
    assert digest_of(cast.chloe).contents["followed"] == [first]
    assert "D’ailleurs" not in text_to(sink, cast.bruno)
    make_post(cast.amina, cast.ess, title="Encore")
    second = labelled(cast, elsewhere, "Une autre")
    send(monday + A_WEEK)
    assert digest_of(cast.chloe).contents["followed"] == [second]
    assert "D’ailleurs" not in text_to(sink, cast.chloe)


def test_what_is_followed_makes_no_digest_and_waits_for_the_next(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, elsewhere: Group
) -> None:
    post = labelled(cast, elsewhere, "Seul")
    send(monday)
    assert sink.to(cast.chloe.email) == []
    make_post(cast.amina, cast.ess)
    send(monday + A_WEEK)
    assert digest_of(cast.chloe).contents["followed"] == [post]


def test_ten_are_shown_and_each_other_is_counted_once(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, elsewhere: Group
) -> None:
    make_post(cast.amina, cast.ess)
    posts = [labelled(cast, elsewhere, f"Numéro {number}") for number in range(13)]
    send(monday)
    contents = digest_of(cast.chloe).contents
    assert contents["followed"] == posts[:2:-1]
    assert contents["followed_excluded"] == {str(post): "beyond" for post in posts[:3]}
    assert "et 3 autres sur votre accueil" in text_to(sink, cast.chloe)
    make_post(cast.amina, cast.ess)
    send(monday + A_WEEK)
    assert "followed" not in digest_of(cast.chloe).contents


def test_one_that_was_followed_does_not_come_again_by_a_group(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, elsewhere: Group
) -> None:
    make_post(cast.amina, cast.ess)
    admit(cast.ess, cast.driss)
    post = make_post(cast.driss, elsewhere, title="Deux chemins", themes=["sante"])
    send(monday)
    assert digest_of(cast.chloe).contents["followed"] == [post.id]
    with atomic():
        place_post(cast.driss, post, cast.ess)
    send(monday + A_WEEK)
    assert digest_of(cast.chloe).contents["excluded"] == {str(post.id): "sent_before"}


def test_a_digest_that_is_tried_again_has_the_same_and_rights_are_asked_again(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, elsewhere: Group,
    deliver_again: Callable[[Digest], MailState | None],
) -> None:  # fmt: skip
    make_post(cast.amina, cast.ess)
    kept = labelled(cast, elsewhere, "Reste")
    gone = make_post(cast.driss, elsewhere, title="Part", themes=["sante"])
    sink.answer_to_rcpt = "451 later"
    send(monday)
    sink.answer_to_rcpt = "250 OK"
    labelled(cast, elsewhere, "Après")
    with atomic():
        remove_post(cast.driss, gone)
    assert deliver_again(digest_of(cast.chloe)) is MailState.SENT
    contents = digest_of(cast.chloe).contents
    assert contents["followed"] == [kept]
    assert contents["followed_excluded"] == {str(gone.id): "not_visible"}
    assert "Après" not in text_to(sink, cast.chloe)


@pytest.fixture
def deliver_again() -> Callable[[Digest], MailState | None]:
    """Deliver a digest's mail once more."""
    return lambda digest: deliver(digest.mail_id)


def test_a_failed_digest_leaves_what_is_followed_to_the_next(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, elsewhere: Group
) -> None:
    make_post(cast.amina, cast.ess)
    post, sink.answer_to_rcpt = labelled(cast, elsewhere, "Jamais partie"), "550 no such person"
    send(monday)
    assert digest_of(cast.chloe).state is MailState.FAILED
    sink.answer_to_rcpt = "250 OK"
    send(monday + A_WEEK)
    assert digest_of(cast.chloe).contents["followed"] == [post]
