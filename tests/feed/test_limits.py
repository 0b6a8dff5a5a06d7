"""What is too long is refused in words, never cut without a word."""

import pytest

from grandequipe.core.errors import Invalid
from grandequipe.core.html import LONGEST_BODY
from grandequipe.core.transactions import atomic
from grandequipe.feed.queries import get_post
from grandequipe.feed.services import add_comment
from tests.factories import draft_of, make_post

TOO_LONG = "<p>" + "a" * LONGEST_BODY + "</p>"
JUST_FITS = "<p>" + "a" * (LONGEST_BODY - 7) + "</p>"


def test_a_post_keeps_every_letter_or_is_refused(cast) -> None:
    post = make_post(cast.chloe, cast.ess, body_html=JUST_FITS)
    assert get_post(post.id, seen_by=cast.chloe).body_html == JUST_FITS
    with pytest.raises(Invalid) as refusal:
        draft_of(body_html=TOO_LONG).check()
    assert "body_html" in refusal.value.errors


def test_a_comment_keeps_every_letter_or_is_refused(cast) -> None:
    post = make_post(cast.chloe, cast.ess)
    with atomic():
        assert add_comment(cast.bruno, post, JUST_FITS).body_html == JUST_FITS
    with pytest.raises(Invalid), atomic():
        add_comment(cast.bruno, post, TOO_LONG)


@pytest.mark.parametrize("path", ["/groupes/a%00b", "/groupes/A", "/publications/0", "/membres/0"])
def test_an_address_that_cannot_be_is_the_address_of_nothing(cast, browser, path: str) -> None:
    assert browser(cast.chloe).get(path).status_code == 404
