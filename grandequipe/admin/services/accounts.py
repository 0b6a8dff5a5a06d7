"""Closing somebody else’s account: out of every group, erased, logged, and notified by mail."""

from flask_babel import gettext as _

from grandequipe.core.errors import Conflict
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.groups.services import leave_everything
from grandequipe.members.models import Member
from grandequipe.members.services import erase_member
from grandequipe.members.services.administration import lock_accounts, require_open
from grandequipe.members.services.notices import notice_to


def leave_before_closing(actor: Member, member: Member) -> None:
    """Have an account leave its groups, in the transaction before the one that closes it.

    Each of the two locks its streams in an order of its own. Raises Conflict for an administrator's
    account, and where a group would lose its last owner.
    """
    _check(actor, member)
    leave_everything(member)


def close_account(actor: Member, member: Member, reason: str) -> None:
    """Erase an account that has left its groups; the notice is the last mail to its mailbox."""
    _check(actor, member)
    email, name, locale = member.email, member.display_name, member.locale
    erase_member(member)
    log_act(Act.ACCOUNT_CLOSED, ("member", member.id), actor_id=actor.id, member_id=member.id)
    with notice_to(
        member, Act.ACCOUNT_CLOSED, email, reason=reason, name=name, locale=locale
    ) as post:
        post(
            _("Your account has been closed"),
            _(
                "An administrator has closed your account. Your name, your address and your "
                "profile are erased; what you wrote in groups stays, without your name."
            ),
        )


def _check(actor: Member, member: Member) -> None:
    lock_accounts(actor, member)
    require_open(member)
    if member.is_admin:
        raise Conflict(_("Take the role of administrator away first, then close the account."))
