"""A6: a text made to cost much is refused before it does, or written as cheaply as any other."""

import pytest
from hypothesis import given, strategies as some
from lxml import etree

from grandequipe.core import html
from grandequipe.core.errors import Invalid
from grandequipe.core.html import DEEPEST, LONGEST_BODY, MOST_TAGS, TooInvolved, TooManyTags
from grandequipe.core.html.reading import DEEPEST_CONTAINERS, MOST_WRITTEN
from grandequipe.feed.models.inputs import read_body

# Each cost a second, or gigabytes, in one of the parsers that were tried.
HOSTILE = {
    "slashes that close nothing in foreign elements": "<p>x</p><svg>" + "<g/</g>" * 3900,
    "closing tags without an opening one": "<b>" * 90 + "</z>" * 11_000,
    "tags that close in an attribute": '<div x="</div>">' * 3700,
    "tags that never end": "<b " * 20_000,
    "comments that never end": "<!--" * 15_000,
    "misnested links": "<a href=x><div>" * 3900,
    "formats opened anew in each block": "<p>"
    + "".join(f"<b a={number}>" for number in range(1500))
    + "<p>x" * 8000,
    "tables within tables": "<table><tr><td>" * 3900,
    "words beside the cells of a table": "<table>" + "<b>x" * 8000,
    "cells merged over all the others": "<table>"
    + "<tr><td rowspan=9999>x<td colspan=9999>y" * 1400,
    "lists within lists": "<ul><li>" * 6000,
    "templates": "<template>" * 6000,
    "selections": "<select><option>" * 3700,
    "processing instructions": "<?a" * 20_000,
    "scripts": "<script><!--" * 5000,
}
# These are no more than words, or nothing, and are taken for what they are.
HARMLESS = {
    "signs that begin nothing": "&" * LONGEST_BODY,
    "entities": "&amp;&notanentity" * 3000,
    "attributes": "<p " + " ".join(f"a{number}=1" for number in range(5000)) + ">x</p>",
    "an attribute as long as the text": '<p a="' + "x" * 50_000 + '">x</p>',
    "an attribute that never ends": 'x<p a="' + "x" * 50_000,
    "a comment as long as the text": "x<!--" + "-" * 50_000 + "->",
    "many short blocks": "<p><b>x</b>" * 1400,
    "blocks that each repeat the formats around them": "<i><b><u><s>" + "<p>x" * 590,
    "empty cells merged over all the others": "<table>" + "<tr><td rowspan=99 colspan=999>" * 1400,
    "rows of a table": "<table>" + "<tr><td>1<td>2" * 1400,
}
# What a text may hold at most once it is read: its cost grows with nothing else.
PIECES = some.sampled_from(
    ["<p>", "<b>", "</b>", "<a href='http://a.fr/", "'>", "<ul>", "<li>", "<table>", "<td>", "x"]
)
repeated = some.lists(
    some.builds(lambda piece, times: piece * times, PIECES, some.integers(1, 3000)), max_size=5
).map(lambda parts: "".join(parts)[:LONGEST_BODY])


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_cost_much_is_refused_unread(name: str) -> None:
    with pytest.raises(TooInvolved):
        html.sanitise(HOSTILE[name])


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_looks_so_is_read(name: str) -> None:
    assert_bounded(html.sanitise(f"{HARMLESS[name]}<p>x</p>"))


@given(repeated)
def test_what_is_read_has_few_tags_none_of_them_deep(text: str) -> None:
    try:
        clean = html.sanitise(text)
    except TooInvolved:
        return
    assert text.count("<") <= MOST_TAGS
    assert_bounded(clean or "x")


def assert_bounded(clean: str) -> None:
    """Check how long a clean text is, and how deep another parser finds it."""
    assert len(clean) <= 2 * MOST_WRITTEN
    page = etree.fromstring(f"<body>{clean}", etree.HTMLParser())
    depth = max(len(list(each.iterancestors())) for each in page.iter())
    assert depth <= DEEPEST + 1, "a root and a body stand around it"
    assert html.sanitise(clean[:LONGEST_BODY])


def test_the_line_between_deep_and_too_deep_is_where_it_is_said_to_be() -> None:
    for tag, most in (("<div>", DEEPEST), ("<blockquote>", DEEPEST_CONTAINERS)):
        assert "x" in html.sanitise(tag * most + "x")
        with pytest.raises(TooManyTags):
            html.sanitise(tag * (most + 1) + "x")
    assert html.sanitise("<p>x</p>" * (MOST_TAGS // 2)) == "<p>x</p>" * (MOST_TAGS // 2)
    for more in ("<p>x</p>" * (MOST_TAGS // 2) + "<br>", "<p>x" * (MOST_TAGS // 2 + 1)):
        with pytest.raises(TooManyTags):
            html.sanitise(more)


def test_an_excerpt_is_taken_from_the_beginning_alone() -> None:
    """A page shows dozens of them: none is read to its end."""
    assert html.excerpt("<p>mot</p>" + "<p>x</p>" * 3_000, 3) == "mot…"
    assert html.excerpt("<b>" * 5_000, 80) == ""
    assert html.editable_words("<b>" * 5_000 + "x") == "<b>" * 5_000 + "x"


@pytest.mark.parametrize(
    ("locale", "tags", "long"),
    [("fr", "trop de balises", "adresses"), ("en", "too many tags", "links")],
)
def test_each_refusal_says_what_is_wrong(app, locale: str, tags: str, long: str) -> None:
    addresses = [f"https://example.org/{number}?{'&a=' * 630}" for number in range(30)]
    with app.test_request_context(headers={"Accept-Language": locale}):
        assert tags in refusal("<p>" * 10_000)
        assert tags in refusal(HOSTILE["tags that close in an attribute"])
        assert long in refusal(f"<a href='https://a.fr/{'a' * 1_000}'>" + "<p>x" * 3_000)
        assert long in refusal(f"<p>{' '.join(addresses)}</p>")
        assert read_body(f"<pre>{' '.join(addresses)}</pre>"), "there it makes no links"
        assert read_body('<a href="https://example.org">x</a>' * 1_500)


def refusal(text: str) -> str:
    """Give the sentence with which a text is refused."""
    with pytest.raises(Invalid) as refused:
        read_body(text)
    return refused.value.errors["body_html"]


@pytest.mark.parametrize(
    "opens", ["<blockquote>" * 79, "<ul><li>" * 39, "<blockquote><ul><li>" * 26]
)
def test_words_to_edit_are_not_many_times_the_text(opens: str) -> None:
    """A6: a sign on each line for each level made a page of twelve megabytes of sixty kilobytes."""
    lines = "a\n" * 29_000
    assert len(html.editable_words(f"{opens}<pre>{lines}")) < 20 * len(lines)
