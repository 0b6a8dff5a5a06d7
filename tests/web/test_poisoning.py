"""What a visitor sends changes nothing of what the next one is given from memory."""

import sys

import pytest

from grandequipe.web.visitor_page_cache import SharedReads
from tests.factories import make_post

PAGE = "/groupes/ess-quartiers"
FRENCH = "fr-FR,fr;q=0.9"


def test_an_unknown_language_in_the_cookie_is_not_another_visitors_language(cast, visitor) -> None:
    visitor.set_cookie("langue", FRENCH)
    assert '<html lang="en">' in visitor.get(PAGE, headers={"Accept-Language": "en"}).text
    visitor.delete_cookie("langue")
    assert '<html lang="fr">' in visitor.get(PAGE, headers={"Accept-Language": FRENCH}).text


def test_a_long_language_header_is_read_to_its_end(cast, visitor) -> None:
    unknown = ",".join(["xx"] * 100)
    assert (
        '<html lang="en">' in visitor.get(PAGE, headers={"Accept-Language": f"{unknown},en"}).text
    )
    assert (
        '<html lang="fr">' in visitor.get(PAGE, headers={"Accept-Language": f"{unknown},fr"}).text
    )


def test_a_header_without_a_value_asks_for_no_whole_page(cast, visitor) -> None:
    make_post(cast.chloe, cast.ess)
    assert "<html" not in visitor.get(PAGE, headers={"HX-Request": ""}).text
    assert "<html" in visitor.get(PAGE).text


@pytest.mark.parametrize("before", ["a[b]=1", "été=1", 'x="', "=", "a=b c; ;"])
def test_a_members_page_is_not_a_visitors_whatever_cookie_stands_before(
    cast, visitor, browser, before
) -> None:
    member = browser(cast.chloe)
    member.get(PAGE)
    session = member.get_cookie("session").value
    cookies = {"Cookie": f"{before}; session={session}".encode().decode("latin-1")}
    stranger = visitor.application.test_client(use_cookies=False)
    assert 'data-viewer="' in stranger.get(PAGE, headers=cookies).text
    assert 'data-viewer="' not in visitor.get(PAGE).text


def test_names_that_were_asked_for_once_are_not_remembered() -> None:
    readings = SharedReads(lambda name: None)
    before = sys.getsizeof(readings._locks)
    for number in range(1000):
        readings(f"nowhere-{number}")
    assert (sys.getsizeof(readings._locks), readings._pending) == (before, {})
