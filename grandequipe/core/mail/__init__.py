"""The one door for letters.

Guarantee: `send` returns only after the server's 250. When it raises, the caller knows which
of three things is true: MailFailed, the server did not take the letter and a later try is
safe; MailRefused, it never will; MailUncertain, the connection broke after the text had left
and before the answer came, so a second try may double the letter.
"""

from grandequipe.core.mail.messages import Letter, MailRefused, write
from grandequipe.core.mail.server import MailFailed, MailUncertain, connect, send
from grandequipe.core.mail.tasks import deliver, post

__all__ = [
    "Letter",
    "MailFailed",
    "MailRefused",
    "MailUncertain",
    "connect",
    "deliver",
    "post",
    "send",
    "write",
]
