"""A subject is one line, whatever signs were typed into it."""

import pytest

from grandequipe.core.mail import Letter, compose

LINE_ENDS = ["\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", LINE_ENDS, ids=repr)
def test_whatever_ends_a_line_does_not_keep_the_letter_from_leaving(app, sign) -> None:
    letter = Letter("chloe@example.org", f"Un{sign}groupe", "texte", "<p>texte</p>")
    assert compose(letter)["Subject"] == "Un groupe"
