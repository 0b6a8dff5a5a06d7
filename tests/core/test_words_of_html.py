"""B3, B4: no converter of a text joins two words or two numbers that stood apart."""

import re

import pytest
from hypothesis import given, strategies as some

from grandequipe.core.html import editable_words, excerpt, paragraphs, plain_text, sanitise, summary

BLOCKS = [
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "table",
    "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "details", "summary", "fieldset",
    "legend", "dl", "dt", "dd", "figure", "figcaption", "select", "optgroup", "option", "address",
    "article", "aside", "section", "header", "footer", "main", "nav", "form", "hgroup", "menu",
    "dialog", "search", "center", "my-card", "o:p", "unknown", "button", "svg",
]  # fmt: skip
EMPTY = ["br", "hr", "img", "input", "wbr2"]

INLINE = ["b", "em", "span", "a", "code", "font"]

digits = some.text("0123456789", min_size=1, max_size=4)
characters = some.text("abcé", min_size=1, max_size=4)


def trees(words: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    """Make pieces of HTML: words in inline tags, in blocks within blocks, beside empty tags."""
    leaf = words | some.builds("<{0}>{1}</{0}>".format, some.sampled_from(INLINE), words)
    empty = some.sampled_from(EMPTY).map("<{}>".format)
    inner = some.lists(leaf | empty, max_size=3).map("".join)
    block = some.sampled_from(BLOCKS)
    return some.recursive(
        some.builds("<{0}>{1}</{0}>".format, block, inner),
        lambda within: some.builds(
            "<{0}>{1}{2}</{0}>".format, block, inner, some.lists(within, max_size=3).map("".join)
        ),
        max_leaves=8,
    )


def seen_apart(text: str) -> list[str]:
    """Read the words as one who sees a space at each tag that is not inline."""
    bare = re.sub(rf"</?(?:{'|'.join(INLINE)})>", "", text)
    return re.sub(r"<[^<>]*>", " ", bare).split()


def only_words(words: str) -> list[str]:
    """Give the words of a plain text without the signs that part them."""
    return re.sub(r"[^\w]+", " ", words).split()


@given(some.lists(trees(digits), min_size=1, max_size=4).map("".join))
def test_numbers_of_different_blocks_are_never_joined(text: str) -> None:
    assert only_words(plain_text(text)) == seen_apart(text)
    assert only_words(plain_text(sanitise(text))) == seen_apart(text)


@given(some.lists(trees(characters), min_size=1, max_size=4).map("".join))
def test_words_of_different_blocks_are_never_joined(text: str) -> None:
    apart = seen_apart(text)
    for read in (plain_text, summary, editable_words):
        words = re.sub(r"\d+\.", "", read(text))  # the numbers of a list's items
        assert only_words(words)[: len(apart)] == apart


@pytest.mark.parametrize(
    ("written", "kept", "words"),
    [
        (
            "<table><tr><td><p>La Duchère</p><p>Lyon 9</p></td>"
            '<td><a href="mailto:a@b.fr"><b>ici</b></a></td></tr></table>',
            '<p>La Duchère</p><p>Lyon 9</p><p><a href="mailto:a@b.fr" rel="noopener noreferrer '
            'nofollow ugc"><b>ici</b></a></p>',
            "La Duchère Lyon 9 ici",
        ),
        (
            "<blockquote><p>un</p><p>deux</p></blockquote>",
            "<blockquote><p>un</p><p>deux</p></blockquote>",
            "un deux",
        ),
        ("<p>un</p>deux", "<p>un</p>deux", "un deux"),
        ("un<hr>deux<p></p>trois", "un<br>deux<br>trois", "un deux trois"),
        ("<details><summary>un</summary>deux</details>", "<p>un</p><p>deux</p>", "un deux"),
        ("<dl><dt>un<dd>deux</dl>", "<p>un</p><p>deux</p>", "un deux"),
        ("<select><option>un<option>deux</select>", "<p>un</p><p>deux</p>", "un deux"),
        (
            "<blockquote>un</blockquote><blockquote>deux</blockquote>",
            "<blockquote>un</blockquote><blockquote>deux</blockquote>",
            "un deux",
        ),
        ("<x-a>un</x-a><x-a>deux</x-a>.", "un deux.", "un deux."),
        ("un<b>deux</b><img src=x>trois", "un<b>deux</b> trois", "undeux trois"),
        (
            "<table><caption>T</caption><tr><th>A</th><th>B</th></tr>"
            "<tr><td>1</td><td>2</td></tr></table>",
            "<p>T</p><p>A | B</p><p>1 | 2</p>",
            "T A | B 1 | 2",
        ),
        ("<table><tr><td><td>a<td><td>c<td></table>", "<p>a | | c</p>", "a | | c"),
        (
            "<table><tr><td rowspan=2>a<td colspan=2>b<td>c<tr><td>d<td>e<tr><td>f</table>",
            "<p>a | b | | c</p><p>a | d | e</p><p>f</p>",
            "a | b | | c a | d | e f",
        ),
        (
            "<table><tr><td>a<td rowspan=3>b<tr><td>c<tr><td colspan=0>d</table>",
            "<p>a | b</p><p>c | b</p><p>d | b</p>",
            "a | b c | b d | b",
        ),
        (
            '<ol start="4"><li><p>a</p><li>b<ol><li>c</ol></ol><ol start="1"><li>d</ol>',
            "<p>4. a</p><p>5. b</p><ol><li>c</li></ol><ol><li>d</li></ol>",
            "4. a 5. b c d",
        ),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>", "a b"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<h2><div>un</div><div>deux</div></h2>", "<h2>un</h2><h2>deux</h2>", "un deux"),
        ("<title>x</title><p>un</p>\n<p>deux</p>", "<p>un</p><p>deux</p>", "un deux"),
        ("Un &amp; deux<br>trois", "Un &amp; deux<br>trois", "Un & deux trois"),
    ],
)
def test_blocks_stay_apart(written: str, kept: str, words: str) -> None:
    assert sanitise(written) == kept
    assert plain_text(written) == plain_text(kept) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("10<sup>3</sup> logements en 2024<sup>1</sup>", "10³ logements en 2024¹"),
        ("H<sub>2</sub>O, m<sup>-2</sup>", "H₂O, m⁻²"),
        ("1<sup>er</sup> au XIX<sup>e</sup>, M<sup>me</sup>", "1er au XIXe, Mme"),
        ("x<sup>2a</sup> et a<sub>ij</sub>", "x^(2a) et a_(ij)"),
        ('fin<sup><a href="https://a.fr">[1]</a></sup>', "fin[1]"),
        ("1<sup>2</sup><b>3</b>", "1²3"),
    ],
)
def test_what_stands_above_its_line_is_no_part_of_the_number(written: str, words: str) -> None:
    """B4: on pages the tags are kept; where there are none, signs or brackets say it."""
    assert (
        plain_text(written)
        == summary(written)
        == editable_words(written).replace(" (https://a.fr)", "")
    )
    assert plain_text(written) == words
    assert "<su" in sanitise(written)


def test_a_summary_separates_the_items_of_a_list() -> None:
    listed = "<ul><li>pourquoi évaluer</li><li>avec qui</li></ul><p>À bientôt</p>"
    assert summary(listed) == "pourquoi évaluer · avec qui · À bientôt"
    assert summary(f"<p>Au programme :</p>{listed}") == (
        "Au programme : pourquoi évaluer · avec qui · À bientôt"
    )
    assert summary("<p>Bonjour à tous.</p><p>Venez.</p>") == "Bonjour à tous. Venez."
    assert summary("<p>Un texte<br>à la ligne<br>- Lyon<br>• Vénissieux</p>") == (
        "Un texte à la ligne · Lyon · Vénissieux"
    )


def test_spaces_that_must_not_break_stay_so() -> None:
    assert plain_text("<p>Pour\u00a0: 10\u202f808\n\n emplois&nbsp;!</p>") == (
        "Pour\u00a0: 10\u202f808 emplois\u00a0!"
    )
    assert plain_text("<p>&nbsp;\u202f <br></p>") == ""


def test_a_summary_ends_between_two_words() -> None:
    assert summary("<p>Un deux trois</p>", length=9) == "Un deux…"
    assert summary("<p>Un, deux, trois</p>", length=11) == "Un, deux…"
    assert summary("<p>Un deux</p>") == "Un deux"
    assert excerpt("<p>Un</p><p>deux trois</p>", 10) == "Un · deux…"


@given(some.text(max_size=600))
def test_a_summary_is_never_longer_than_asked(words: str) -> None:
    assert len(summary(f"<p>{words}</p>")) <= 221


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Un <b>\r\ndeux\r\n\r\n\r\ntrois", "<p>Un &lt;b&gt;<br>deux</p><p>trois</p>"),
        (
            "Budget: a<b\nÀ mardi <3\nJean <jean@example.org>",
            "<p>Budget: a&lt;b<br>À mardi &lt;3<br>Jean &lt;jean@example.org&gt;</p>",
        ),
        ("  \n ", ""),
    ],
)
def test_a_plain_field_becomes_paragraphs(typed: str, kept: str) -> None:
    assert paragraphs(typed) == kept
    assert editable_words(kept).split() == typed.split()


def test_words_to_edit_have_the_lines_of_the_text() -> None:
    written = (
        "<h2>Titre</h2><p>un<br>deux</p><ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
        "<pre>x\n  y</pre><ol><li>x</li><li>y</li></ol><blockquote><p>cité</p><p>encore</p>"
        "</blockquote>"
    )
    assert editable_words(written) == (
        "Titre\n\nun\ndeux\n\n- a\n  - b\n- c\n\nx\n  y\n\n1. x\n2. y\n\n> cité\n>\n> encore"
    )
