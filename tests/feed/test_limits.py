"""What is too long is refused in words, never cut without a word."""

import pytest

from grandequipe.core.errors import Invalid
from grandequipe.core.html import LONGEST_BODY, LONGEST_COMMENT
from grandequipe.core.transactions import atomic
from grandequipe.feed.queries import get_post
from grandequipe.feed.services import add_comment
from tests.factories import draft_of, make_post

TOO_LONG = "<p>" + "a" * LONGEST_BODY + "</p>"
COMMENT = "<p>" + "a" * (LONGEST_COMMENT - 7) + "</p>"
JUST_FITS = "<p>" + "a" * (LONGEST_BODY - 7) + "</p>"


def test_a_post_keeps_every_character_or_is_refused(cast) -> None:
    post = make_post(cast.chloe, cast.ess, body_html=JUST_FITS)
    assert get_post(post.id, seen_by=cast.chloe).body_html == JUST_FITS
    with pytest.raises(Invalid) as refusal:
        draft_of(body_html=TOO_LONG).validate()
    assert "body_html" in refusal.value.errors


def test_a_comment_keeps_every_character_or_is_refused(cast) -> None:
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        assert add_comment(cast.bruno, post, COMMENT).body_html == COMMENT
    with pytest.raises(Invalid), atomic():
        add_comment(cast.bruno, post, COMMENT + "a")


def test_a_comment_is_shorter_than_a_post_and_its_author_reads_by_how_much(cast, browser) -> None:
    path = f"/publications/{make_post(cast.chloe, cast.ess).id}/commentaires"
    bruno = browser(cast.bruno)
    refused = bruno.send(path, {"body_html": JUST_FITS})
    assert (refused.status_code, "au plus 10\N{NARROW NO-BREAK SPACE}000" in refused.text) == (
        422,
        True,
    )
    assert bruno.send(path, {"body_html": COMMENT}).status_code == 303
    document = bruno.get("/api/v1/openapi.json").json["components"]["schemas"]
    assert document["CommentBody"]["properties"]["body_html"]["maxLength"] == LONGEST_COMMENT


def test_what_is_kept_of_a_comment_is_bounded_too(cast, browser) -> None:
    path = f"/publications/{make_post(cast.chloe, cast.ess).id}/commentaires"
    grows = "<p>" + "&" * (LONGEST_COMMENT // 2) + "</p>"
    refused = browser(cast.bruno).send(path, {"body_html": grows})
    assert refused.status_code == 422
    assert "raccourcissez" in refused.text


@pytest.mark.parametrize("path", ["/groupes/a%00b", "/groupes/A", "/publications/0", "/membres/0"])
def test_an_address_that_cannot_be_is_the_address_of_nothing(cast, browser, path: str) -> None:
    assert browser(cast.chloe).get(path).status_code == 404
