"""Whatever members write, what is kept runs nothing and fetches nothing."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as some

from grandequipe.core.html import TAGS, TooInvolved, sanitise

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
    "<svg><style><!--</style><img src onerror=alert(1)>--></svg>",
    "<textarea></textarea><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)</script>",
]
SHAPES = [
    "<p>", "</p>", "<b>", "</b>", "<a href='https://a.example'>", "</a>", "<ul>", "<li>", "</ul>",
    "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<table><tr><td>", "<td>", "</table>",
    "<div>", "</div>", "<br>", "<h1>", "</h1>", "<sup>", "</sup>", "<x-y>", "</x-y>", "<hr>",
    "<span style='font-weight:bold'>", "<b style='font-weight:400'>", "</span>", "\n", " ", "un",
]  # fmt: skip
pieces = some.sampled_from([*EVIL, *SHAPES])
texts = some.lists(pieces | some.text(max_size=20), max_size=14).map("".join)


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
    assert seen.tags <= TAGS
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


def test_what_an_editor_writes_is_kept() -> None:
    written = (
        "<h1>Titre</h1><h3>Partie</h3><div>Un <strong>mot</strong>, un <em>autre</em><br>"
        '<a href="https://example.org">lien</a></div><ul><li>un<ol><li>deux</li></ol></li></ul>'
        "<blockquote><p>cité</p><p>encore</p></blockquote><pre>  code\n    deux</pre>"
        "<p><del>faux</del> <s>barré</s> <u>souligné</u> <code>x</code> 10<sup>3</sup>"
        " H<sub>2</sub>O</p><p><br></p>bon"
    )
    clean = sanitise(written)
    assert clean.startswith("<h2>Titre</h2>")
    assert 'rel="noopener noreferrer nofollow ugc"' in clean
    assert clean.replace(' rel="noopener noreferrer nofollow ugc"', "") == written.replace(
        "h1>", "h2>"
    )


@pytest.mark.parametrize("address", ["/reglages", "//spy.example", "reglages", "?a", "#x"])
def test_a_relative_address_is_dropped(address: str) -> None:
    assert sanitise(f'<a href="{address}">x</a>') == "x"


@pytest.mark.parametrize(
    "address", ["https://a.example/b?c#d", "HTTP://a.example", "mailto:a@b.fr"]
)
def test_a_whole_address_is_kept(address: str) -> None:
    assert f'href="{address}"' in sanitise(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ('<span style="font-weight:700">a</span>', "<strong>a</strong>"),
        ('<span style="font-weight: bold !important">a</span>', "<strong>a</strong>"),
        ('<span style="font-weight:500">a</span>', "a"),
        ('<span style="FONT-STYLE:italic">a</span>', "<em>a</em>"),
        ('<span style="text-decoration:line-through">a</span>', "<del>a</del>"),
        ('<span style="vertical-align:super;font-size:60%">a</span>', "<sup>a</sup>"),
        ('<span style="vertical-align:sub">a</span>', "<sub>a</sub>"),
        ('<b style="font-weight:normal"><p>a <b>b</b></p></b>', "<p>a <b>b</b></p>"),
        ('<strong>a<span style="font-weight:400">b</span></strong>', "<strong>a</strong>b"),
        (
            '<p style="font-weight:600;font-style:italic">a</p>',
            "<p><strong><em>a</em></strong></p>",
        ),
        ("<strike>a</strike>", "<s>a</s>"),
        ('<b><b>a</b><b style="background:url(x:bold)">b</b></b>', "<b>ab</b>"),
    ],
)
def test_what_a_style_says_of_words_becomes_a_tag(pasted: str, kept: str) -> None:
    """B8: Google Docs and others write bold, italic, struck and raised words as styles."""
    assert sanitise(pasted) == kept


def test_a_tag_that_never_ends_takes_the_rest_with_it_once() -> None:
    with pytest.raises(TooInvolved):
        sanitise("<b " * 20_000)
    assert sanitise("mot <b " * 100) == "mot"
