"""A subject is one line, whatever signs were typed into it."""

from email import message_from_bytes
from email.policy import default

import pytest

from grandequipe.core.mail import Mail, write

LINE_ENDS = ["\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("sign", LINE_ENDS, ids=repr)
def test_line_breaks_in_a_subject_do_not_prevent_sending(app, sign) -> None:
    message = Mail("chloe@example.org", f"Un{sign}groupe", "texte", "<p>texte</p>")
    assert message_from_bytes(write(message), policy=default)["Subject"] == "Un groupe"
