"""The rights to write to members, and to ask them."""

from grandequipe.directory.queries.messages import (
    find_message_to_answer,
    is_blocked,
    receives_messages,
)
from grandequipe.feed.models import Kind, Post
from grandequipe.members.models import Member


def may_write_to(sender: Member, recipient: Member) -> bool:
    """Whether a member may write to another: to those who choose so, or in answer to a message.

    A recipient who blocks the sender is as one who receives no messages.
    """
    if sender.id == recipient.id or not (recipient.active and recipient.is_confirmed):
        return False
    if is_blocked(sender, by=recipient):
        return False
    return receives_messages(recipient) or find_message_to_answer(sender, recipient) is not None


def may_ask_experience(member: Member, post: Post) -> bool:
    """Whether a member may ask who has done what a post asks for: the author of a call or question.

    A question is a post whose title ends with a question mark.
    """
    is_question = post.kind is Kind.CALL or post.title.rstrip().endswith("?")
    is_read = any(placement.is_published for placement in post.placements)
    return post.author_id == member.id and is_question and is_read
