"""Writing to another member by mail, without either address being shown."""

from dataclasses import dataclass

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock, mail
from grandequipe.core.errors import Invalid
from grandequipe.core.lines import isolated
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.mail.outbox import lock_mailbox
from grandequipe.core.policies import require
from grandequipe.core.text_validation import length_error, line_error, text_error, unlinked
from grandequipe.directory.models import Message, MessageBlock
from grandequipe.directory.policies import may_write_to
from grandequipe.directory.queries.messages import (
    count_received,
    count_unanswered,
    find_message_to_answer,
)
from grandequipe.extensions import db
from grandequipe.members.models import Member
from grandequipe.members.services.trust import Quota, require_within

KIND, COPY = "message", "message_copy"
LONGEST_SUBJECT, LONGEST_TEXT = 120, 5000
# In a day, of one sender who was not answered, and of all who were not written to.
MOST_UNANSWERED, MOST_RECEIVED = 3, 30
REFUSED = _l("This member doesn’t receive messages through the site.")


@dataclass(frozen=True)
class MessageInput:
    """What a member writes to another: a subject of one line, and a text."""

    subject: str
    text: str

    def validate(self) -> None:
        """Raise Invalid with the error of each field."""
        errors = {}
        if not self.subject.strip():
            errors["subject"] = _("Say in a few words what it’s about.")
        elif error := length_error(self.subject, LONGEST_SUBJECT) or line_error(self.subject):
            errors["subject"] = error
        if not self.text.strip():
            errors["text"] = _("Write your message.")
        elif error := length_error(self.text, LONGEST_TEXT) or text_error(self.text):
            errors["text"] = error
        if errors:
            raise Invalid(errors)


def write_to(sender: Member, recipient: Member, message: MessageInput) -> Message:
    """Mail a message to a member, and a copy to its sender.

    Raises Refused where the recipient receives none of this sender, Invalid for what is wrong, and
    of `limit` where too many were written.
    """
    message.validate()
    # Messages to one recipient are counted one after the other.
    lock_mailbox(recipient.email)
    require(may_write_to(sender, recipient), REFUSED)
    answered = find_message_to_answer(sender, recipient)
    own = select(Message.created_at).where(Message.sender_id == sender.id)
    require_within(sender, Quota.MESSAGES, own)
    if count_unanswered(sender, recipient) >= MOST_UNANSWERED:
        raise Invalid({"limit": _("You have written to this person several times today: wait for "
                                  "their answer, or write again tomorrow.")})  # fmt: skip
    if answered is None and count_received(recipient) >= MOST_RECEIVED:
        raise Invalid({"limit": _("This person has received many messages today. Write to them "
                                  "tomorrow.")})  # fmt: skip
    written = Message(
        sender_id=sender.id,
        recipient_id=recipient.id,
        answers_id=answered.id if answered else None,
        created_at=clock.now(),
    )
    db.session.add(written)
    db.session.flush()
    _post(written, sender, recipient, message)
    _post_copy(written, sender, recipient, message)
    return written


def block(member: Member, other: Member) -> None:
    """Have a member get no messages of another any more."""
    values = {"member_id": member.id, "blocked_id": other.id, "since": clock.now()}
    db.session.execute(insert(MessageBlock).values(values).on_conflict_do_nothing())


def unblock(member: Member, other: Member) -> None:
    """Have a member get messages of another again."""
    db.session.execute(
        delete(MessageBlock).where(
            MessageBlock.member_id == member.id, MessageBlock.blocked_id == other.id
        )
    )


def erase_messages(member: Member) -> None:
    """Delete who wrote to a closed account, to whom it wrote, and whom it blocks."""
    mine = (Message.sender_id == member.id) | (Message.recipient_id == member.id)
    db.session.execute(delete(Message).where(mine))
    blocks = (MessageBlock.member_id == member.id) | (MessageBlock.blocked_id == member.id)
    db.session.execute(delete(MessageBlock).where(blocks))


def _post(written: Message, sender: Member, recipient: Member, message: MessageInput) -> None:
    with rendering.in_language_of(recipient.locale):
        name = isolated(unlinked(sender.display_name))
        subject = _("%(name)s writes to you: %(subject)s", name=name, subject=message.subject)
        _send(written, recipient, KIND, subject, sender, recipient, message)


def _post_copy(written: Message, sender: Member, recipient: Member, message: MessageInput) -> None:
    with rendering.in_language_of(sender.locale):
        name = isolated(unlinked(recipient.display_name))
        subject = _("Copy of your message to %(name)s: %(subject)s", name=name,
                    subject=message.subject)  # fmt: skip
        _send(written, sender, COPY, subject, sender, recipient, message)


def _send(
    written: Message, to: Member, kind: str, subject: str, sender: Member, recipient: Member,
    message: MessageInput,
) -> None:  # fmt: skip
    profile = rendering.address_of("members.profile", member_id=sender.id)
    params = {
        "is_copy": kind == COPY,
        "sender": isolated(unlinked(sender.display_name)),
        "recipient": isolated(unlinked(recipient.display_name)),
        "subject": message.subject,
        "words": message.text,
        "answer": rendering.address_of("directory.write", member_id=sender.id),
        "profile": profile,
        "locale": to.locale,
    }
    text = rendering.render("directory/message_mail.txt", **params)
    post = Mail(
        to=to.email,
        subject=subject,
        text=f"{text.strip()}\n",
        html=rendering.render_html("directory/message_mail.html", **params),
    )
    mail.post(post, kind, key=f"{kind}:{written.id}", member_id=to.id)
