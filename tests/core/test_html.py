"""Whatever members write, what is kept runs nothing and fetches nothing."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as some

from grandequipe.core.html import DEEPEST, TAGS, depth_of, paragraphs, plain_text, sanitise, summary

EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<p style="background:url(https://spy.example)" onclick="x()" class="y">p</p>',
    "<style>*{display:none}</style>",
    "<iframe src='https://elsewhere.example'></iframe>",
    "<form action='https://elsewhere.example'><input name=password></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='//spy.example'>x</a>",
    "<p title='not what it says' lang='x'>x</p>",
    "<a href='https://x.example' target=_blank download ping='https://spy.example'>x</a>",
    "<!--><script>alert(1)</script>-->",
]

pieces = some.sampled_from([*EVIL, "<p>", "</p>", "<b>", "<a href='https://a.example'>", "</a>"])
texts = some.lists(pieces | some.text(max_size=20), max_size=8).map("".join)


class Reader(HTMLParser):
    """What a browser would make of a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it carries."""
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def assert_harmless(text: str) -> None:
    """Check that nothing but words, their shape and links to the web and mail is left."""
    seen = Reader(text)
    assert seen.tags <= TAGS - {"h1"}
    assert seen.attributes <= {"href", "rel"}
    assert {urlsplit(address.strip()).scheme for address in seen.addresses} <= {
        "http",
        "https",
        "mailto",
    }


@pytest.mark.parametrize("dirty", EVIL)
def test_known_attacks_leave_nothing_harmful(dirty: str) -> None:
    assert_harmless(sanitise(dirty))


@given(texts)
def test_whatever_is_written_is_harmless_and_stays_as_it_is(dirty: str) -> None:
    clean = sanitise(dirty)
    assert_harmless(clean)
    assert sanitise(clean) == clean


def test_what_trix_writes_is_kept() -> None:
    written = (
        "<h1>Titre</h1><div>Un <strong>mot</strong>, un <em>autre</em><br>"
        '<a href="https://example.org">lien</a></div><ul><li>un</li></ul><blockquote>cité'
        "</blockquote><pre>code</pre><del>faux</del>"
    )
    clean = sanitise(written)
    assert clean.startswith("<h2>Titre</h2>")
    assert 'rel="noopener noreferrer nofollow ugc"' in clean
    assert clean.replace(' rel="noopener noreferrer nofollow ugc"', "") == written.replace(
        "h1>", "h2>"
    )


@pytest.mark.parametrize("address", ["/reglages", "//spy.example", "reglages", "?a", "#x"])
def test_an_address_that_means_something_else_in_a_letter_is_dropped(address: str) -> None:
    assert "href" not in sanitise(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    "address", ["https://a.example/b?c#d", "HTTP://a.example", "mailto:a@b.fr"]
)
def test_a_whole_address_is_kept(address: str) -> None:
    assert f'href="{address}"' in sanitise(f'<a href="{address}">x</a>')


def test_words_are_read_with_spaces_between_blocks() -> None:
    assert plain_text("<p>Un &amp; deux</p><p>trois<br>quatre</p>") == "Un & deux trois quatre"


def test_words_of_neighbouring_cells_and_lines_stay_apart() -> None:
    table = "<table><tr><th>A</th><th>B</th></tr><tr><td>un</td><td>deux</td></tr></table>"
    written = f"<p>bon</p>{table}fin<ul><li>x</li></ul><h4>y</h4>z<p>u<img src=v>w</p>"
    assert plain_text(sanitise(written)) == "bon A B un deux fin x y z u w"
    assert plain_text("un<p>deux</p>trois<ul><li>x</li></ul>") == "un deux trois x"


def test_spaces_that_must_not_break_stay_so() -> None:
    assert plain_text("<p>Pour\u00a0: 10\u202f808\n\n emplois&nbsp;!</p>") == (
        "Pour\u00a0: 10\u202f808 emplois\u00a0!"
    )
    assert plain_text("<p>&nbsp;\u202f <br></p>") == ""


def test_a_summary_ends_between_two_words() -> None:
    assert summary("<p>Un deux trois</p>", length=9) == "Un deux…"
    assert summary("<p>Un, deux, trois</p>", length=11) == "Un, deux…"
    assert summary("<p>Un deux</p>") == "Un deux"


@given(some.text(max_size=600))
def test_a_summary_is_never_longer_than_asked(words: str) -> None:
    assert len(summary(f"<p>{words}</p>")) <= 221


def test_a_plain_field_becomes_paragraphs() -> None:
    typed = "Un <b>\r\ndeux\r\n\r\n\r\ntrois"
    assert paragraphs(typed) == "<p>Un &lt;b&gt;<br>deux</p><p>trois</p>"
    assert paragraphs("  \n ") == ""


def test_a_tag_that_never_ends_takes_the_rest_with_it_once() -> None:
    assert len(sanitise("<b " * 20_000)) < 20


def test_tags_are_counted_as_deep_as_a_parser_finds_them() -> None:
    assert depth_of("<p>Un<br>deux</p>" * 5_000) == 1
    assert depth_of("<ul><li></x></y>" * 600) > DEEPEST
