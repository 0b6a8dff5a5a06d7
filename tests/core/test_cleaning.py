"""B6: what nobody sees is taken out of what a person types or pastes, and what is needed stays."""

import pytest

from grandequipe.core.cleaning import cleaned_html, cleaned_line, cleaned_text

UNSEEN = [
    "\x00", "\x02", "\x7f", "\x9f", "\ud800", "\u00ad", "\u034f", "\u200b", "\u200e", "\u202a",
    "\u202e", "\u2060", "\u2066", "\u2069", "\u3164", "\ufeff", "\ufff9", "\ufffc", "\ufffe",
    "\U000e0041", "\u200c", "\u200d", "\ufe0f", "\U000e0100",
]  # fmt: skip
ENDS = ["\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
NEEDED = {
    "family": "👨\u200d👩\u200d👧\u200d👦",
    "profession": "👩🏽\u200d💻",
    "heart": "❤\ufe0f\u200d🔥",
    "flag": "🏳\ufe0f\u200d🌈",
    "England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "key": "1\ufe0f\u20e3",
    "Persian": "می\u200cخواهم",
    "Hindi": "क्\u200dष",
    "Sinhala": "ශ්\u200dරී",
    "ideograph": "葛\U000e0100",
    "accents": "e\u0301 ŵ ß ﬁ",
    "spaces": "«\u00a0ah\u202f!\u00a0»",
    "Hebrew": "שָׁלוֹם",
}


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
@pytest.mark.parametrize("clean", [cleaned_line, cleaned_text, cleaned_html])
def test_what_nobody_sees_is_taken_out(clean, sign: str) -> None:
    assert clean(f"ab{sign}cd {sign}") == "abcd "
    assert clean(sign) == ""


@pytest.mark.parametrize("end", ENDS, ids=ascii)
def test_what_ends_a_line_ends_it_or_parts_two_words(end: str) -> None:
    assert cleaned_text(f"un{end}deux") == "un\ndeux"
    assert cleaned_html(f"un{end}deux") == "un\ndeux"
    assert cleaned_line(f"un{end}deux") == "un deux"


@pytest.mark.parametrize("words", NEEDED.values(), ids=NEEDED)
@pytest.mark.parametrize("clean", [cleaned_line, cleaned_text, cleaned_html])
def test_what_scripts_and_pictures_need_stays(clean, words: str) -> None:
    assert clean(f"{words} {words}") == f"{words} {words}"


def test_a_number_copied_out_of_marks_of_direction_is_a_number() -> None:
    assert cleaned_line("\u202a+33 6 12 34 56 78\u202c") == "+33 6 12 34 56 78"
    assert cleaned_line("https://example.org/page\u200b") == "https://example.org/page"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("a&#8203;b&#x200B;c&ZeroWidthSpace;d&shy;e", "abcde"),
        ("<p>&#x202e;gnp.exe&#8236;</p>", "<p>gnp.exe</p>"),
        ("&zwj;x&zwnj;", "x"),
        ("می&zwnj;خواهم", "می\u200cخواهم"),
        (
            "&amp;&lt;&eacute;&nbsp;&#233;&notin;&unknown;",
            "&amp;&lt;&eacute;&nbsp;&#233;&notin;&unknown;",
        ),
        ("AT&T & cie; &#;&#x;", "AT&T & cie; &#;&#x;"),
    ],
)
def test_what_is_written_as_a_reference_is_the_sign_itself(typed: str, clean: str) -> None:
    assert cleaned_html(typed) == clean


def test_a_clean_text_is_not_cleaned_further() -> None:
    for words in (*NEEDED.values(), "Un\n\tdeux"):
        assert cleaned_text(cleaned_text(words)) == cleaned_text(words)
