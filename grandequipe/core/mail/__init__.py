"""Mail: the outbox, and the one way in which a mail leaves.

Guarantee: `send` returns only after the server's 250. When it raises, the caller knows which
of three things is true: MailFailed, the server did not take the mail and a later try is safe;
MailRefused, it never will; MailUncertain, the connection broke after the text had left and
before the answer came, so a second try may double the mail.

Features never call it: they `post` a mail, which is a row of the outbox (see `core.mail.outbox`).
"""

from grandequipe.core.mail.kinds import MailKind, register_kind
from grandequipe.core.mail.messages import Mail, MailRefused, write
from grandequipe.core.mail.models import MailState, OutgoingMail, SuppressedAddress
from grandequipe.core.mail.server import (
    MailFailed,
    MailUncertain,
    RecipientRefused,
    connect,
    send,
)
from grandequipe.core.mail.tasks import (
    SCHEDULE,
    deliver,
    post,
    post_all_unrendered,
    post_apart,
    post_unrendered,
    start,
)

__all__ = [
    "SCHEDULE",
    "Mail",
    "MailFailed",
    "MailKind",
    "MailRefused",
    "MailState",
    "MailUncertain",
    "OutgoingMail",
    "RecipientRefused",
    "SuppressedAddress",
    "connect",
    "deliver",
    "post",
    "post_all_unrendered",
    "post_apart",
    "post_unrendered",
    "register_kind",
    "send",
    "start",
    "write",
]
