"""What administrators do with accounts: their role, addresses, and signing out.

`actor` is None for the command line. Each act is in the moderation log, and its member is notified
by mail, and by the bell once they can log in.
"""

import secrets

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import delete, or_, select

from grandequipe.core import clock
from grandequipe.core.email_addresses import is_reachable, normalized
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record
from grandequipe.core.mail import rendering
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.policies import require
from grandequipe.extensions import db
from grandequipe.members.events import AccessEnded, AccountManaged, MemberConfirmed
from grandequipe.members.models import ApiToken, BrowserSession, Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.services.notices import notice_to


def lock_accounts(actor: Member | None, *members: Member) -> None:
    """Lock accounts in the order of their ids; raise Refused unless the actor administers now."""
    wanted = [each for each in (actor, *members) if each is not None]
    _lock(Member.id.in_([each.id for each in wanted]))
    _require_administrator(actor)


def promote(actor: Member | None, member: Member) -> bool:
    """Make a member an administrator; return False where they are one already."""
    lock_accounts(actor, member)
    if member.is_admin:
        return False
    if not (member.active and member.is_confirmed):
        raise Conflict(_("Only an active, confirmed account can be an administrator’s."))
    member.is_admin = True
    _log(Act.ADMIN_PROMOTED, actor, member)
    with notice_to(member, Act.ADMIN_PROMOTED) as post:
        post(
            _("You’re now an administrator of %(site)s", site=rendering.site_name()),
            _("An administrator has given you the role of administrator."),
            _(
                "You can now manage accounts and groups on the administration page, and read every "
                "group, hidden ones included. What you do there is recorded in the moderation log."
            ),
        )
    record_managed(member, Act.ADMIN_PROMOTED)
    return True


def demote(actor: Member | None, member: Member) -> bool:
    """Take the role of administrator away; return False where they have none.

    Raises Conflict for the last one: others who demote at the same time wait for the locks.
    """
    involved = [each.id for each in (actor, member) if each is not None]
    _lock(or_(Member.is_admin, Member.id.in_(involved)))
    _require_administrator(actor)
    if not member.is_admin:
        return False
    require_another_administrator(member)
    member.is_admin = False
    _log(Act.ADMIN_DEMOTED, actor, member)
    with notice_to(member, Act.ADMIN_DEMOTED) as post:
        post(
            _("You’re no longer an administrator of %(site)s", site=rendering.site_name()),
            _("An administrator has taken the role of administrator away from your account."),
            _("You’re still a member, with your groups and everything you’ve written."),
        )
    record_managed(member, Act.ADMIN_DEMOTED)
    return True


def require_another_administrator(member: Member) -> None:
    """Raise Conflict where no other active account administers the site."""
    others = select(Member.id).where(Member.is_admin, Member.active, Member.id != member.id)
    if db.session.scalar(others.limit(1)) is None:
        raise Conflict(_("The site needs an administrator: give the role to someone else first."))


def confirm_address(actor: Member | None, member: Member) -> bool:
    """Confirm the address of an account without a mail's link; return False if it is confirmed."""
    lock_accounts(actor, member)
    require_open(member)
    if member.is_confirmed:
        return False
    member.confirmed_at = clock.now()
    _log(Act.ACCOUNT_CONFIRMED, actor, member)
    with notice_to(member, Act.ACCOUNT_CONFIRMED) as post:
        post(
            _("Your email address has been confirmed"),
            _("An administrator has confirmed your email address: you can log in."),
            _(
                "If you never signed up on %(site)s, please let us know.",
                site=rendering.site_name(),
            ),
        )
    record(member.stream, MemberConfirmed(subject_id=member.id, actor_id=_id_of(actor)))
    record_managed(member, Act.ACCOUNT_CONFIRMED)
    return True


def change_address(actor: Member | None, member: Member, email: str) -> None:
    """Replace an account's address, end its sessions, and notify both mailboxes.

    Links that were mailed to the former address work no more. Raises Invalid.
    """
    lock_accounts(actor, member)
    require_open(member)
    address, former = _free_address(email, member), member.email
    member.email = address
    end_all_access(member)
    _log(Act.ACCOUNT_EMAIL_CHANGED, actor, member)
    for mailbox in (former, address):
        with notice_to(member, Act.ACCOUNT_EMAIL_CHANGED, mailbox) as post:
            post(
                _("Your email address on %(site)s has been changed", site=rendering.site_name()),
                _(
                    "An administrator has changed the address of your account from %(former)s to "
                    "%(address)s.",
                    former=former,
                    address=address,
                ),
                _(
                    "You’ve been logged out everywhere. Log in with the new address and your usual "
                    "password."
                ),
            )
    record(member.stream, AccessEnded(subject_id=member.id, actor_id=_id_of(actor)))
    record_managed(member, Act.ACCOUNT_EMAIL_CHANGED)


def sign_out_everywhere(actor: Member | None, member: Member) -> None:
    """End all sessions and tokens of an account; its open pages lose their connection."""
    lock_accounts(actor, member)
    require_open(member)
    end_all_access(member)
    _log(Act.ACCOUNT_SIGNED_OUT, actor, member)
    with notice_to(member, Act.ACCOUNT_SIGNED_OUT) as post:
        post(
            _("You’ve been logged out of %(site)s everywhere", site=rendering.site_name()),
            _("An administrator has ended all your sessions, and those of your programs."),
            _("Log in again with your usual password. If someone else may know it, change it."),
        )
    record(member.stream, AccessEnded(subject_id=member.id, actor_id=_id_of(actor)))
    record_managed(member, Act.ACCOUNT_SIGNED_OUT)


def record_managed(member: Member, act: Act) -> None:
    """Record what an administrator did to an account, whose member is notified of it; call it last.

    The event names no administrator: the log does, for administrators.
    """
    record(member.stream, AccountManaged(subject_id=member.id, actor_id=None, act=act))


def end_all_access(member: Member) -> None:
    """Delete all sessions and tokens; links of mails that open the account work no more.

    The caller records AccessEnded, last.
    """
    member.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()
    for table in (ApiToken, BrowserSession):
        db.session.execute(delete(table).where(table.member_id == member.id))


def require_open(member: Member) -> None:
    """Raise Conflict for a closed account."""
    if member.is_closed:
        raise Conflict(_("This account is closed, and its data are erased."))


def _lock(which: object) -> None:
    """Lock accounts in the order of their ids, and read them again: two actors never deadlock."""
    accounts = select(Member).where(which).order_by(Member.id)  # type: ignore[arg-type]
    locked = accounts.with_for_update(of=Member, key_share=True)
    db.session.scalars(locked.execution_options(populate_existing=True)).all()


def _require_administrator(actor: Member | None) -> None:
    allowed = actor is None or (actor.is_admin and actor.active)
    require(allowed, _l("Only administrators of the site can do this."))


def _free_address(email: str, member: Member) -> str:
    try:
        address = normalized(email)
    except ValueError:
        address = ""
    if not (address and is_reachable(address)):
        raise Invalid({"email": _("Enter a whole email address, such as name@example.org.")})
    other = find_member_by_email(address)
    if other is not None and other.id != member.id:
        raise Invalid({"email": _("Another account has this address.")})
    if address == member.email:
        raise Invalid({"email": _("The account has this address already.")})
    return address


def _log(act: Act, actor: Member | None, member: Member) -> None:
    log_act(act, ("member", member.id), actor_id=_id_of(actor), member_id=member.id)


def _id_of(actor: Member | None) -> int | None:
    return actor.id if actor else None
