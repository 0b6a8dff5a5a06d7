"""Trying again what failed: handlers and mails; each act is in the moderation log."""

from grandequipe.core.errors import NotFound
from grandequipe.core.events.dispatch import retry_failed
from grandequipe.core.mail import outbox, suppression
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.members.services.administration import lock_accounts


def replay_handler(actor: Member, handler: str) -> int:
    """Have a handler run again for the events it was set aside for; return for how many."""
    lock_accounts(actor)
    number = retry_failed(handler)
    if number:
        subject = ("handler", 0)
        log_act(Act.JOB_REPLAYED, subject, actor_id=actor.id, handler=handler, events=number)
    return number


def resolve_mail(actor: Member, mail_id: int, *, arrived: bool) -> None:
    """Note that an uncertain mail arrived, or send an uncertain or failed one again."""
    lock_accounts(actor)
    member_id = outbox.get_mail(mail_id).member_id
    outbox.resolve(mail_id, arrived=arrived)
    log_act(
        Act.MAIL_RESOLVED,
        ("mail", mail_id),
        actor_id=actor.id,
        member_id=member_id,
        arrived=arrived,
    )


def unsuppress_address(actor: Member, address: str) -> None:
    """Let an address have mail again; raise NotFound for one that is not suppressed."""
    lock_accounts(actor)
    if not suppression.unsuppress(address):
        raise NotFound
    member = find_member_by_email(address)
    member_id = member.id if member else None
    subject = ("member", member_id or 0)
    log_act(Act.ADDRESS_UNSUPPRESSED, subject, actor_id=actor.id, member_id=member_id)
