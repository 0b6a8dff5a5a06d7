"""A page's title says the state that it is in: who hears it first hears that."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from werkzeug.test import TestResponse

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post
from tests.feed.conftest import next_address

ESS = "/groupes/ess-quartiers"
A_PAGE = 20


def title_of(answer: TestResponse) -> str:
    """Read the title of a page, without the site's own name."""
    found = re.search(r"<title>(.*?)</title>", answer.text, re.DOTALL)
    assert found
    return unescape(found[1]).rpartition(" – ")[0].strip()


@pytest.mark.parametrize(("path", "name"), [("/", "Accueil"), (ESS, "ESS Quartiers")])
def test_older_posts_have_a_title_of_their_own(
    path: str, name: str, cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    for _ in range(A_PAGE + 1):
        make_post(cast.amina, cast.ess)
    chloe = browser(cast.chloe)
    for query, part in (("", ""), ("?kind=actualite", "Actualités, ")):
        first = chloe.get(path + query)
        assert part.rstrip(", ") in title_of(first)
        older = next_address(first.text)
        assert older
        title = f"{name}\u00a0: {part}publications plus anciennes"
        assert title_of(chloe.get(older)) == title


def test_a_search_for_groups_says_what_was_found(cast: Cast, visitor: Visitor) -> None:
    found = {
        q: title_of(visitor.get("/groupes", query_string={"q": q})) for q in ("e", "régie", "x")
    }
    assert found == {
        "e": "Groupes\u00a0: 3 résultats pour «\u00a0e\u00a0»",
        "régie": "Groupes\u00a0: 1 résultat pour «\u00a0régie\u00a0»",
        "x": "Groupes\u00a0: 0 résultat pour «\u00a0x\u00a0»",
    }


def test_a_visitor_logs_in_from_a_page_that_is_not_there(
    cast: Cast, visitor: Visitor, browser: Callable[[Member], Visitor]
) -> None:
    link = '<a href="/connexion?next=/rien">connectez-vous</a>'
    assert link in visitor.get("/rien").text
    assert "connectez-vous" not in browser(cast.chloe).get("/rien").text
