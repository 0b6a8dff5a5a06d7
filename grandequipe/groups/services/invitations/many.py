"""Inviting many addresses at once, and reminding once of what nobody has accepted.

Guarantee: as for one address, nothing shows whether it has an account: the same row and the same
event for each, and a handler looks afterwards. A second run invites nobody twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from grandequipe.core import clock
from grandequipe.core.domains import may_hold_domain
from grandequipe.core.email_addresses import folded, is_reachable, normalized
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.events import record_all
from grandequipe.core.policies import require
from grandequipe.core.text_validation import holds_address, length_error, text_error
from grandequipe.extensions import db
from grandequipe.groups import policies
from grandequipe.groups.events import InvitationReminded, InvitationSent
from grandequipe.groups.models import Group, Invitation
from grandequipe.groups.services.invitations.sending import require_quota, times_mailed
from grandequipe.groups.services.locks import lock_group, require_not_archived
from grandequipe.members.models import Member

MOST_ADDRESSES = 500
MOST_A_DAY = 1000
LONGEST_WORD = 500
A_DAY = timedelta(days=1)
REMINDED_AFTER = timedelta(days=3)
# No address holds one, and no cell of a table is read but for the addresses in it.
SEPARATORS = re.compile(r"[\s;,]+")
ONLY_MODERATORS = _l("Only moderators can invite several people at once.")


@dataclass(frozen=True)
class BadLine:
    """A line that holds no address that can be invited, and why."""

    number: int
    text: str
    why: str


@dataclass(frozen=True)
class AddressList:
    """The addresses of a list, each once, and its bad lines."""

    addresses: Sequence[str]
    bad: Sequence[BadLine]


@dataclass(frozen=True)
class Outcome:
    """How many addresses are invited now, and how many were before."""

    sent: int
    already: int


def read_addresses(actor: Member, typed: str) -> AddressList:
    """Read addresses that were pasted, or the text of a CSV with `;`, `,` or tabs."""
    found: dict[str, str] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(typed.splitlines(), start=1):
        words = [_bare(word) for word in SEPARATORS.split(line) if "@" in word]
        if not words and SEPARATORS.sub("", line) and (found or bad):
            bad.append(BadLine(number, line.strip()[:100], _("There is no address here.")))
        for word in words:
            if why := address_error(actor, word):
                bad.append(BadLine(number, word[:100], why))
            elif folded(word) in found:
                bad.append(BadLine(number, word, _("This address is there already.")))
            else:
                found[folded(word)] = normalized(word)
    return AddressList(list(found.values()), bad)


def address_error(actor: Member, typed: str) -> str | None:
    """Say why an address cannot be invited; None where it can."""
    if not is_reachable(typed):
        return str(
            _("Enter an address without accents before the @: email wouldn’t reach this one.")
        )
    try:
        address = normalized(typed)
    except ValueError:
        return str(_("This isn’t an email address. Please check it."))
    if folded(address) == folded(actor.email):
        return str(_("That’s your own address. Enter someone else’s."))
    return None


def list_already_invited(group: Group, addresses: Sequence[str]) -> Sequence[str]:
    """List those of these addresses that have an invitation that waits."""
    return [
        str(email)
        for email in db.session.scalars(
            select(Invitation.email).where(
                Invitation.group_id == group.id, Invitation.email.in_(list(addresses))
            )
        )
    ]


def invite_addresses(
    actor: Member, group: Group, addresses: Sequence[str], word: str = ""
) -> Outcome:
    """Invite many addresses, with a word for all; those that are invited already stay as they are.

    Raises Invalid for too many of them and for a word that may lead to another site.
    """
    lock_group(group)
    require(policies.may_moderate(actor, group), ONLY_MODERATORS)
    require_not_archived(group)
    if error := _word_error(word):
        raise Invalid({"word": error})
    if len(addresses) > MOST_ADDRESSES:
        raise Invalid({"addresses": _too_many()})
    times = times_mailed(actor).subquery()
    today = select(func.count()).where(times.c.at > clock.now() - A_DAY)
    if (db.session.scalar(today) or 0) + len(addresses) > MOST_A_DAY:
        raise Conflict(_("That makes too many invitations for one day. Go on tomorrow."))
    require_quota(actor, len(addresses))
    values = {
        "group_id": group.id, "invited_by_id": actor.id, "created_at": clock.now(), "word": word,
    }  # fmt: skip
    rows = [{**values, "email": address} for address in addresses]
    if not rows:
        return Outcome(0, 0)
    written = insert(Invitation).values(rows).on_conflict_do_nothing().returning(Invitation.id)
    ids = db.session.scalars(written).all()
    record_all(
        (actor.stream, InvitationSent(subject_id=invitation_id, actor_id=actor.id))
        for invitation_id in ids
    )
    return Outcome(len(ids), len(rows) - len(ids))


def remind_invited(actor: Member, group: Group) -> int:
    """Remind the addresses that were invited three days ago or more; each once; count them."""
    lock_group(group)
    require(policies.may_moderate(actor, group), ONLY_MODERATORS)
    require_not_archived(group)
    reminded = (
        update(Invitation)
        .where(
            Invitation.group_id == group.id,
            Invitation.email.is_not(None),
            Invitation.reminded_at.is_(None),
            Invitation.created_at < clock.now() - REMINDED_AFTER,
        )
        .values(reminded_at=clock.now())
        .returning(Invitation.id)
    )
    ids = db.session.scalars(reminded).all()
    record_all(
        (actor.stream, InvitationReminded(subject_id=invitation_id, actor_id=actor.id))
        for invitation_id in ids
    )
    return len(ids)


def mark_handled(invitation: Invitation) -> None:
    """Note that the mail of an invitation was written, or never will be, unseen which."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.handled_at.is_(None))
        .values(handled_at=clock.now())
    )


def _bare(word: str) -> str:
    return word.strip("<>()[]\"'.:")


def _word_error(word: str) -> str | None:
    if error := length_error(word, LONGEST_WORD) or text_error(word):
        return error
    if holds_address(word) or may_hold_domain(word):
        return str(_("Leave web and email addresses out: the email has a button to the group."))
    return None


def _too_many() -> str:
    return str(_("Invite no more than %(number)d addresses at once.", number=MOST_ADDRESSES))
