"""A text made to cost much is written as cheaply as any other."""

import resource
import time

import pytest

from grandequipe.core import html
from grandequipe.feed.models.drafts import wrong_body

UNCLOSED = "<p>" + "".join(f"<b a={number}>" for number in range(1500)) + "<p>x" * 8000


@pytest.mark.parametrize("read", [html.sanitise, html.plain_text])
def test_tags_left_open_are_not_repeated_a_million_times(read) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    read(UNCLOSED)
    assert time.process_time() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


def test_an_ordinary_text_stays_as_it_was_written() -> None:
    text = '<p><b>a</b> <a href="https://example.org">b</a> <em>c</em></p>'
    assert "<b>a</b>" in html.sanitise(text)
    assert 'href="https://example.org"' in html.sanitise(text)


def test_a_text_that_grows_beyond_measure_is_refused(app) -> None:
    several = "".join(f"<{tag}>" * 3 for tag in ("b", "code", "em", "i", "s", "strong", "u"))
    with app.test_request_context():
        assert wrong_body("<p>" + several + "<p>x" * 10_000)
        assert wrong_body('<a href="https://example.org">x</a>' * 1_500) is None


@pytest.mark.parametrize(("locale", "word"), [("fr", "adresses"), ("en", "addresses")])
def test_a_text_that_links_make_too_long_is_not_said_to_have_open_tags(
    app, locale: str, word: str
) -> None:
    addresses = [f"https://example.org/{number}?{'&a=' * 630}" for number in range(30)]
    with app.test_request_context(headers={"Accept-Language": locale}):
        said = wrong_body(f"<p>{' '.join(addresses)}</p>")
        assert wrong_body("<p>" * 1_000) not in (None, said)
        assert said
        assert word in said
        assert wrong_body(f"<pre>{' '.join(addresses)}</pre>") is None, "there it makes no links"
