"""A link says that it leads to the page one reads, or to what that page is part of."""

import re
from collections.abc import Callable

import pytest

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_post

MARKED = re.compile(r'<a [^>]*href="([^"]*)"[^>]* aria-current="(\w+)"')
ESS = "/groupes/ess-quartiers"


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("/", {("/", "page")}),
        ("/?kind=appel", {("/", "page"), ("/?kind=appel", "page")}),
        ("/groupes", {("/groupes", "page")}),
        (f"{ESS}/membres", {("/groupes", "true"), (f"{ESS}/membres", "page")}),
        ("/publications/{post}", {("/groupes", "true")}),
        ("/reglages/lettre", {("/reglages/lettre", "page")}),
        ("/reglages/photo", {("/reglages/profil", "true")}),
    ],
)
def test_a_link_to_the_section_is_no_link_to_the_page(
    path: str, marks: set[tuple[str, str]], cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    post = make_post(cast.amina, cast.ess)
    page = browser(cast.chloe).get(path.format(post=post.id)).text
    assert set(MARKED.findall(page)) == marks
