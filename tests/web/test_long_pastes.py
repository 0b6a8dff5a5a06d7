"""B15: a text that is too long is said to be, and none of it is cut in silence."""

import io
import re
from typing import Any

import pytest

from tests.factories import Cast

NEWS = "/groupes/ess-quartiers/publier/actualite"
PAGES = [NEWS, "/groupes/nouveau", "/reglages/profil", "/groupes/ess-quartiers/membres"]


@pytest.mark.parametrize("path", PAGES)
def test_no_control_cuts_what_is_pasted(cast: Cast, browser: Any, path: str) -> None:
    page = browser(cast.amina).get(path).text
    assert "maxlength" not in page
    assert re.search(r'<(?:input|textarea)[^>]* data-longest="\d+"', page)


def test_a_title_of_326_signs_is_kept_whole(cast: Cast, browser: Any) -> None:
    title = "Très long titre " * 20 + "la fin"
    answer = browser(cast.chloe).send(NEWS, {"title": title, "body_html": "<p>Un mot.</p>"})
    assert len(title) == 326
    assert answer.status_code == 422
    assert "Utilisez au plus 160 caractères." in answer.text
    assert title in answer.text
    assert "&lt;p&gt;Un mot.&lt;/p&gt;" in answer.text


def test_a_text_that_is_too_long_is_refused_with_a_readable_number(
    cast: Cast, browser: Any
) -> None:
    words = {"title": "Un mot", "body_html": f"<p>{'Trop long. ' * 6000}</p>"}
    answer = browser(cast.chloe).send(NEWS, words)
    assert answer.status_code == 422
    assert "Utilisez au plus 60\u202f000 caractères." in answer.text


def test_a_pasted_book_is_given_back_by_a_form_with_files(cast: Cast, browser: Any) -> None:
    """The form is sent in parts, whose texts may be as long as those of other forms."""
    book = f"<p>{'Trop long. ' * 60_000}</p>"
    words = {"title": "Un mot", "body_html": book, "upload": (io.BytesIO(), "")}
    answer = browser(cast.chloe).send(NEWS, words)
    assert answer.status_code == 422
    assert "Utilisez au plus 60\u202f000 caractères." in answer.text
    assert answer.text.count("Trop long.") > 50_000


def test_a_title_is_measured_without_the_spaces_around(cast: Cast, browser: Any) -> None:
    for title, status in (("à" * 160, 303), (f"  {'à' * 160} \r\n", 303), ("à" * 161, 422)):
        sent = {"title": title, "body_html": "<p>Un mot.</p>"}
        assert browser(cast.chloe).send(NEWS, sent).status_code == status


def test_a_line_end_of_a_text_is_one_sign(cast: Cast, browser: Any) -> None:
    for lines, status in ((500, 303), (501, 422)):
        sent = {"display_name": "Chloé Dumas", "bio": "\r\n".join(["abc"] * lines) + "."}
        assert browser(cast.chloe).send("/reglages/profil", sent).status_code == status


@pytest.mark.parametrize("path", ["/groupes", "/groupes/ess-quartiers/membres"])
def test_a_question_that_is_too_long_is_given_back(cast: Cast, browser: Any, path: str) -> None:
    for q, status in (("à" * 100, 200), ("à" * 101, 422)):
        answer = browser(cast.amina).get(path, query_string={"q": q})
        assert answer.status_code == status
        assert f'value="{q}"' in answer.text
        assert ("au plus 100" in answer.text) == (status == 422)
