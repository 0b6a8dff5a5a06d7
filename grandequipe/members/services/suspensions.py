"""Suspending accounts, for a time or without end, and reinstating them.

Guarantees: a suspension ends all sessions, tokens and sockets in its transaction; an account has
one open suspension at most; one with an end ends by itself, by the clock (`end_due_suspensions`) or
at the member's next log-in (`end_if_due`), whichever comes first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.text_validation import length_error, text_error
from grandequipe.extensions import db
from grandequipe.members.events import AccessEnded
from grandequipe.members.models import Member, Suspension
from grandequipe.members.queries import find_suspension
from grandequipe.members.services.administration import (
    end_all_access,
    lock_accounts,
    record_managed,
    require_open,
)
from grandequipe.members.services.notices import notice_to
from grandequipe.members.signals import suspended
from grandequipe.web.formats import closing_moment

LONGEST_REASON = 2000
MANY = 100


def suspend(
    actor: Member | None, member: Member, reason: str, until: datetime | None = None
) -> Suspension:
    """Suspend an account until an instant, or without end; `actor` is None for the command line.

    Raises Invalid for the reason or the end, Conflict where the account is an administrator's,
    closed or suspended.
    """
    lock_accounts(actor, member)
    require_open(member)
    if member.is_admin:
        raise Conflict(_("Take the role of administrator away first, then suspend the account."))
    if find_suspension(member) is not None:
        raise Conflict(_("This account is suspended already."))
    now = clock.now()
    _check(reason, until, now)
    suspension = Suspension(
        member=member, actor=actor, reason=reason.strip(), since=now, until=until
    )
    db.session.add(suspension)
    member.active = False
    end_all_access(member)
    _log(Act.ACCOUNT_SUSPENDED, actor, suspension, {"until": until.isoformat() if until else None})
    addresses = [each for _receiver, each in suspended.send(None, suspension=suspension) if each]
    with notice_to(member, Act.ACCOUNT_SUSPENDED, reason=suspension.reason) as post:
        paragraphs = [
            say_period(suspension, member.time_zone),
            _("Until then you can’t log in, and you get no other mail. What you wrote stays.")
            if until
            else _("You can’t log in, and you get no other mail. What you wrote stays."),
            _("A person decided this, by the terms of use of this site: no machine took part."),
        ]
        if addresses:
            paragraphs.append(
                _(
                    "If you think this decision is wrong, you can appeal within six months, "
                    "without logging in, by the link below: somebody else will decide. The link "
                    "is yours alone."
                )
            )
        label, address = _("Read the decision or appeal"), next(iter(addresses), None)
        post(
            _("Your account has been suspended"),
            *paragraphs,
            link=(label, address) if address else None,
        )
    record(member.stream, AccessEnded(subject_id=member.id, actor_id=actor.id if actor else None))
    return suspension


def reinstate(actor: Member | None, member: Member, reason: str = "") -> Suspension:
    """Lift the suspension of an account; its member logs in again with the usual password."""
    lock_accounts(actor, member)
    suspension = find_suspension(member)
    if suspension is None:
        raise Conflict(_("This account isn’t suspended."))
    if wrong := length_error(reason, LONGEST_REASON) or text_error(reason):
        raise Invalid({"reason": wrong})
    _lift(suspension, actor, reason)
    return suspension


def end_if_due(member: Member) -> bool:
    """Lift a suspension whose end has come; return whether the account is active again."""
    suspension = find_suspension(member)
    if suspension is None or not suspension.is_over:
        return False
    lock_accounts(None, member)
    # The clock may have lifted it meanwhile.
    if (still_open := find_suspension(member)) is not None:
        _lift(still_open, None, "")
    return member.active


def end_due_suspensions() -> Sequence[int]:
    """Lift some suspensions whose end has come; return the ids of their members."""
    due = (
        select(Suspension)
        .where(Suspension.lifted_at.is_(None), Suspension.until <= clock.now())
        .order_by(Suspension.until)
        .limit(MANY)
    )
    members = [suspension.member for suspension in db.session.scalars(due)]
    lock_accounts(None, *members)
    return [member.id for member in members if end_if_due(member)]


def say_period(suspension: Suspension, time_zone: str) -> str:
    """Say since when and until when an account is suspended, in the language of the page."""
    since = closing_moment(suspension.since, time_zone)
    if suspension.until is None:
        return _("Your account has been suspended since %(since)s, without an end.", since=since)
    until = closing_moment(suspension.until, time_zone)
    return _(
        "Your account has been suspended since %(since)s, until %(until)s.",
        since=since,
        until=until,
    )


def _check(reason: str, until: datetime | None, now: datetime) -> None:
    errors = {}
    if not reason.strip():
        errors["reason"] = _("Say why: the member reads it.")
    elif wrong := length_error(reason, LONGEST_REASON) or text_error(reason):
        errors["reason"] = wrong
    if until is not None and until <= now:
        errors["until"] = _("Choose an end in the future.")
    if errors:
        raise Invalid(errors)


def _lift(suspension: Suspension, actor: Member | None, reason: str) -> None:
    member = suspension.member
    suspension.lifted_at, suspension.lift_reason = clock.now(), reason.strip()
    suspension.lifted_by_id = actor.id if actor else None
    member.active = True
    db.session.flush()
    has_ended = suspension.is_over
    _log(Act.ACCOUNT_REINSTATED, actor, suspension, {"ended_by_itself": has_ended})
    with notice_to(member, Act.ACCOUNT_REINSTATED, reason=suspension.lift_reason) as post:
        post(
            _("Your account is active again"),
            _("The suspension of your account has ended.")
            if has_ended
            else _("An administrator has lifted the suspension of your account."),
            _("You can log in again with your usual password."),
        )
    record_managed(member, Act.ACCOUNT_REINSTATED)


def _log(
    act: Act, actor: Member | None, suspension: Suspension, details: Mapping[str, Any]
) -> None:
    db.session.flush()
    log_act(
        act,
        ("suspension", suspension.id),
        actor_id=actor.id if actor else None,
        member_id=suspension.member_id,
        **details,
    )
