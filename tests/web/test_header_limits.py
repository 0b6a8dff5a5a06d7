"""A1: what a header holds is measured before anything parses it."""

import pytest
from werkzeug.datastructures import LanguageAccept

from grandequipe.web.header_limits import LONGEST, LONGEST_COOKIES, PREFERENCES, HeaderLimits
from tests.conftest import Visitor

LONG = 700_000


def reached(**headers: str) -> dict[str, str] | str:
    """Give the headers that reach the application, or the status of the refusal."""
    seen: dict[str, str] = {}
    said: list[str] = []

    def application(environ, _start_response):
        seen.update({name: environ[name] for name in environ if name.startswith("HTTP_")})
        said.append("200 OK")
        return []

    HeaderLimits(application)(dict(headers), lambda status, _headers: said.append(status))
    return seen if said == ["200 OK"] else said[0]


@pytest.mark.parametrize("name", PREFERENCES)
def test_a_preference_that_is_too_long_is_as_if_it_was_not_sent(name: str) -> None:
    longest = PREFERENCES[name]
    assert reached(**{name: "a" * longest}) == {name: "a" * longest}
    assert reached(**{name: "a," * longest}) == {}


@pytest.mark.parametrize(
    ("name", "longest"),
    [("HTTP_COOKIE", LONGEST_COOKIES), ("HTTP_REFERER", LONGEST), ("HTTP_X_ODD", LONGEST)],
)
def test_another_header_that_is_too_long_is_refused(name: str, longest: int) -> None:
    assert reached(**{name: "a" * longest}) == {name: "a" * longest}
    assert reached(**{name: "a" * (longest + 1)}) == "431 Request Header Fields Too Large"


def test_no_parser_of_languages_sees_a_long_header(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes seconds for hundreds of kilobytes, and holds up everybody."""
    parsed: list[int] = []
    init = LanguageAccept.__init__

    def note(self, values=()):
        parsed.append(len(values or ()))
        init(self, values)

    monkeypatch.setattr(LanguageAccept, "__init__", note)
    answer = visitor.get("/aide", headers={"Accept-Language": "a," * LONG})
    assert answer.status_code == 200
    assert max(parsed, default=0) < 100
    assert "Aide" in answer.text
