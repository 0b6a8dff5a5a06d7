"""An address that is typed in a text is a link, without the signs of the sentence around it."""

import re

import pytest
from hypothesis import given, strategies as some

from grandequipe.core.html import LONGEST_BODY, LONGEST_CLEAN, plain_text, sanitise
from grandequipe.core.links import MOST_LINKS, REL

LINK = re.compile(rf'<a href="([^"]*)" rel="{REL}">(.*?)</a>')
SITE = "https://example.org"
SENTENCES = [
    (f"Voir {SITE}.", SITE),
    (f"{SITE}/guide?a=1&amp;b=2#fin, puis", f"{SITE}/guide?a=1&amp;b=2#fin"),
    (f"(voir {SITE}/a)", f"{SITE}/a"),
    ("https://fr.wikipedia.org/wiki/Lyon_(ville)", "https://fr.wikipedia.org/wiki/Lyon_(ville)"),
    (f"«\u00a0{SITE}/a\u00a0»", f"{SITE}/a"),
    (f"«{SITE}/a»", f"{SITE}/a"),
    (f"Vu\u00a0: {SITE}/a\u202f!", f"{SITE}/a"),
    (f"{SITE}/a\u00a0; {'b'}", f"{SITE}/a"),
    (f"{SITE}/l’été…", f"{SITE}/l’été"),
    ("https://économie-sociale.fr/où", "https://économie-sociale.fr/où"),
    ("HTTP://EXAMPLE.ORG/A", "http://EXAMPLE.ORG/A"),
    ("www.example.org/a,", "https://www.example.org/a"),
    (f"{SITE}?", SITE),
    (f"<li>{SITE}</li>", SITE),
]
NO_LINKS = [
    "https://",
    "http://localhost",
    "www.fr",
    "javascript://example.org/%0aalert(1)",
    "moi@www.example.org",
    "https://banque.example@vol.example",
    "example.org",
    "www.example.orghttps://example.org/",
    "https://example.org:99999/",
    "https://xn--a.example.org/",
    f"https://example.org/{'a' * 2000}",
    f"https://example.org/{'.' * 2000}a",
]


@pytest.mark.parametrize(("typed", "target"), SENTENCES)
def test_an_address_is_a_link_without_the_signs_around_it(typed: str, target: str) -> None:
    clean = sanitise(typed)
    [(href, shown)] = LINK.findall(clean)
    assert href == target
    assert shown.lower().removeprefix("https://") == target.lower().removeprefix("https://")
    assert plain_text(clean) == plain_text(typed)


@pytest.mark.parametrize("typed", NO_LINKS)
def test_what_leads_nowhere_stays_words(typed: str) -> None:
    assert "<a" not in sanitise(f"<p>{typed}</p>")


@pytest.mark.parametrize("tag", ["code", "pre"])
def test_what_is_code_is_left_alone(tag: str) -> None:
    written = f"<{tag}><b>{SITE}</b></{tag}>"
    assert not LINK.findall(sanitise(written))


def test_a_link_keeps_the_words_that_its_author_gave_it() -> None:
    written = f'<p><a href="{SITE}/a">{SITE}/b</a> et {SITE}/c</p>'
    assert LINK.findall(sanitise(written)) == [
        (f"{SITE}/a", f"{SITE}/b"),
        (f"{SITE}/c", f"{SITE}/c"),
    ]


def test_a_text_of_addresses_alone_is_not_blown_up() -> None:
    many = "www.a.fr " * (MOST_LINKS + 1)
    assert "<a" not in sanitise(many)
    assert len(sanitise("www.a.fr/" * (LONGEST_BODY // 9))) < LONGEST_CLEAN


words = some.sampled_from(
    ["www.a.fr", "https://a.fr", "https://", ":8", "/", "xn--", "(", ")", " ", "&amp;", "&quot;",
     "'", "«", "»", "&nbsp;", ".", '"', "<b>", "</b>", "<a href='https://b.fr'>", "</a>", "<pre>",
     "</pre>", "&lt;a&gt;"]
)  # fmt: skip


@given(some.lists(words | some.text(max_size=3), max_size=12).map("".join))
def test_links_change_no_word_and_come_once(typed: str) -> None:
    clean = sanitise(typed)
    assert plain_text(clean) == plain_text(LINK.sub(r"\2", clean))
    assert sanitise(clean) == clean
