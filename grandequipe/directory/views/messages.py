"""Writing to a member, and blocking the messages of one."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.directory.forms import MessageForm
from grandequipe.directory.policies import may_write_to
from grandequipe.directory.queries.messages import (
    find_message_to_answer,
    is_blocked,
    list_blocked,
    receives_messages,
)
from grandequipe.directory.services import messages as services
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.members.queries import get_member
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form
from grandequipe.web.slots import Variables


@takes(MessageForm)
@limited_form("messages")
def write(member_id: int) -> ResponseReturnValue:
    """Write to a member by mail, who sees no address, and neither does the sender."""
    sender = acting_member()
    recipient = get_member(member_id, seen_by=sender)
    require(may_write_to(sender, recipient), services.REFUSED)
    form, name = MessageForm(), recipient.display_name

    def send() -> str:
        services.write_to(sender, recipient, form.input())
        return _("Your message to %(name)s is on its way. You get a copy by email.", name=name)

    # After a refusal, what was read is rolled back.
    page = FormPage(
        "directory/write.html",
        form,
        lambda: {"recipient": get_member(member_id, seen_by=acting_member())},
    )
    return page.answer(send, url_for("members.profile", member_id=member_id))


@limited("managing")
@repeatable("who is blocked stays so")
def block(member_id: int) -> ResponseReturnValue:
    """Get no messages of a member any more."""
    member = acting_member()
    other = get_member(member_id, seen_by=member)
    with atomic():
        services.block(member, other)
    flash(_("You get no more messages from %(name)s. They aren’t told.",
            name=other.display_name), "success")  # fmt: skip
    return redirect(url_for("members.profile", member_id=member_id), 303)


@limited("managing")
@repeatable("who is not blocked stays so")
def unblock(member_id: int) -> ResponseReturnValue:
    """Get the messages of a member again."""
    member = acting_member()
    other = get_member(member_id, seen_by=member)
    with atomic():
        services.unblock(member, other)
    flash(_("You get messages from %(name)s again.", name=other.display_name), "success")
    return redirect(url_for("members.profile", member_id=member_id), 303)


def blocked() -> str:
    """List whose messages the member blocks, each to be let through again by one button."""
    return render_page("directory/blocked.html", blocks=list_blocked(acting_member()))


def load_write_button(member: Member, reader: Member | None) -> Variables | None:
    """Load whether the reader of a profile may write to its member, and blocks them."""
    if reader is None or reader.id == member.id:
        return None
    return {
        "may_write": may_write_to(reader, member),
        "blocks": is_blocked(member, by=reader),
        "may_block": receives_messages(reader)
        or find_message_to_answer(reader, member) is not None,
    }
