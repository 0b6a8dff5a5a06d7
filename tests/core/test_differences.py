"""A8: two versions of a text in one, what differs marked, and nothing in it but clean text."""

import re

import pytest

from grandequipe.core import threads
from grandequipe.core.differences import MOST_WORDS, SHORT, marked, marked_line

BEFORE = "<p>Le marché a lieu <strong>lundi</strong> sur la place, avec les voisins.</p>"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (BEFORE, BEFORE, [BEFORE]),
        (BEFORE, BEFORE.replace("lundi", "mardi"), ["<strong>mardi</strong></ins>", "lundi"]),
        (BEFORE, BEFORE + "<p>Venez.</p>", ["<ins>Venez.</ins>"]),
        ("<p>Ici</p>" * 2 + BEFORE, BEFORE, ["<del>Ici", BEFORE]),
        ("<p><del>barré</del> un</p>", "<p><del>barré</del> deux</p>", ["<s>barré</s>", "<ins>"]),
        (
            '<p>Voir <a href="https://a.org/">le site</a> de la mairie.</p>',
            '<p>Voir <a href="https://b.org/">le site</a> de la mairie.</p>',
            ["<ins> (https://b.org/)", "<del> (https://a.org/)"],
        ),
        ("<ul><li>un</li></ul>", "<ul><li>un</li><li>deux</li></ul>", ["<ins>deux</ins>"]),
        ("", "<p>x</p>", ["<ins>x</ins>"]),
    ],
)
def test_what_was_added_and_taken_out_is_marked(before: str, after: str, found: list[str]) -> None:
    result = marked(before, after)
    assert result is not None
    for part in found:
        assert part in result


@pytest.mark.parametrize(
    ("before", "after", "added", "taken"),
    [
        ("<p>un deux</p>", "<p>un <strong>deux</strong></p>", "<strong>deux</strong>", "deux"),
        ("<p>un <em>deux</em></p>", "<p>un deux</p>", "deux", "<em>deux</em>"),
        ("<p>un deux</p>", "<p>un <del>deux</del></p>", "<s>deux</s>", "deux"),
        ("<p>un <s>deux</s></p>", "<p>un deux</p>", "deux", "<s>deux</s>"),
        ("<p>un</p><p>deux</p>", "<p>un</p><ul><li>deux</li></ul>", "deux", "deux"),
        ("<ul><li>un</li></ul>", "<ol><li>un</li></ol>", "un", "un"),
        ("<p>un deux</p>", "<p>un</p><p>deux</p>", "deux", "deux"),
        ("<p>un deux</p>", "<p>un<br>deux</p>", "<br>deux", "deux"),
        ("<p>deux</p>", "<h2>deux</h2>", "deux", "deux"),
        ("<p>deux</p>", "<blockquote>deux</blockquote>", "deux", "deux"),
        (
            "<ul><li>a</li><li>b</li></ul>",
            "<ul><li>a<ul><li>b</li></ul></li></ul>",
            "b",
            "b",
        ),
        ("<p>mardi</p>", "<p>mar<strong>di</strong></p>", "mar<strong>di</strong>", "mardi"),
    ],
)
def test_a_change_of_format_is_marked(before: str, after: str, added: str, taken: str) -> None:
    """A8: a word made bold, struck out or an item was shown as if nothing had changed."""
    result = marked(before, after)
    assert result is not None
    assert _within("ins", result) == added, result
    assert _within("del", result) == taken, result
    assert not re.search("[\U000f0000-\U000ffffd]", result)


def _within(tag: str, result: str) -> str:
    """Give what is marked, whether its format stands within the mark or around it."""
    made = re.search(
        f"((?:<(?:strong|em|s)>)*)<{tag}>(.*?)</{tag}>((?:</(?:strong|em|s)>)*)", result
    )
    assert made is not None, result
    return "".join(made.groups())


def test_what_stays_is_not_marked_beside_a_change_of_format() -> None:
    after = BEFORE.replace("<strong>lundi</strong>", "lundi").replace(
        "voisins.", "<em>voisins.</em>"
    )
    result = marked(BEFORE, after)
    assert result is not None
    plain = re.sub("<ins>.*?</ins>|<del>.*?</del>", "", result)
    for word in ("Le marché a lieu", "sur la place, avec les"):
        assert word in plain


def test_a_line_is_compared_as_plain_text() -> None:
    line = marked_line("Prête <b>scie</b> & clous", "Prête <b>hache</b> & clous")
    assert "<b>" not in line
    assert "&lt;b&gt;" in line
    assert "<del>" in line


def test_no_markup_comes_out_that_members_may_not_write() -> None:
    result = marked("<p>un</p>", '<p onclick="x()">un <script>y()</script><img src=z> deux</p>')
    assert result is not None
    assert not any(sign in result for sign in ("onclick", "<script", "<img"))


def test_what_is_too_much_is_not_compared_and_one_paragraph_of_a_long_text_is() -> None:
    long = "".join(f"<p>Paragraphe {number} du long texte.</p>" for number in range(MOST_WORDS))
    other = "<p>" + "autre " * (MOST_WORDS + 1) + "</p>"
    assert marked(long, other) is None
    found = marked(long, long.replace("Paragraphe 7 du", "Paragraphe sept du"))
    assert found is not None
    assert re.search(r"<ins>[^<]*sept", found)


def test_long_texts_are_compared_beside_the_requests_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_in_thread, asked = threads.run_in_thread, []
    monkeypatch.setattr(
        threads, "run_in_thread", lambda work: [asked.append(work), run_in_thread(work)][1]
    )
    assert marked("<p>un</p>", "<p>deux</p>") is not None
    assert not asked
    long = f"<p>{'mot ' * SHORT}</p>"
    assert marked(long, long + BEFORE) is not None
    assert len(asked) == 1
