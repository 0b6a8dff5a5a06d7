"""The decision to suspend an account: its statement is read, and appealed against, without log-in.

The mail about the suspension has an address that is signed for this decision alone, until no
appeal is possible any more.
"""

from grandequipe.core import signing
from grandequipe.core.mail import rendering
from grandequipe.extensions import db
from grandequipe.members.models import Member, Suspension
from grandequipe.members.queries import find_suspension
from grandequipe.members.services import reinstate
from grandequipe.moderation.models import Decision, DecisionKind, SubjectType
from grandequipe.moderation.services.decisions import DecisionInput, new_decision

PURPOSE = "decision without log-in"


def note_suspension(suspension: Suspension) -> Decision:
    """Write the decision of a suspension; its statement is the mail about it."""
    member = suspension.member
    made = DecisionInput(DecisionKind.SUSPEND, suspension.reason, until=suspension.until)
    decision = new_decision(
        suspension.actor, made, (SubjectType.MEMBER, member.id), None, member.id
    )
    decision.effects = {"suspension": suspension.id}
    return decision


def address_without_login(decision: Decision) -> str:
    """Give the whole address where a suspended member reads the decision and appeals."""
    token = signing.sign(PURPOSE, decision.id, decision.appealable_until)
    return rendering.address_of("moderation.suspension", token=token)


def find_decision_of(token: str) -> Decision | None:
    """Find the decision for which a token was signed; None for any other or a closed account."""
    match signing.signed_value(PURPOSE, token):
        case int(decision_id):
            found = db.session.get(Decision, decision_id)
            if found and found.kind is DecisionKind.SUSPEND and found.member:
                return None if found.member.is_closed else found
    return None


def end_suspension(actor: Member, decision: Decision) -> bool:
    """Lift the suspension that a decision imposed; False where it has ended."""
    member = decision.member
    open_now = find_suspension(member) if member else None
    if member is None or open_now is None or open_now.id != decision.effects.get("suspension"):
        return False
    reinstate(actor, member, decision.appeal.reason if decision.appeal else "")
    return True
