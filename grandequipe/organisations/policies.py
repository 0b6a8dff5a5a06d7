"""Rules for becoming a manager of an organisation."""

from grandequipe.core.web_addresses import is_mailbox_of, mail_domain_of
from grandequipe.members.models import Member, Organisation
from grandequipe.members.policies import may_run as may_run
from grandequipe.members.queries import find_refusal
from grandequipe.organisations.queries.people import count_managers


def domain_to_prove(member: Member, organisation: Organisation) -> str | None:
    """Give the domain of which a mailbox lets a member run an organisation without being asked.

    None where it says too little, where somebody runs it already, who adds others, and where the
    organisation has said that the member does not belong to it: many keep a mailbox for a while.
    """
    domain = mail_domain_of(organisation.website)
    if not domain or count_managers(organisation) or find_refusal(member, organisation):
        return None
    return domain


def may_run_by_address(member: Member, organisation: Organisation) -> bool:
    """Return whether the confirmed address of a member's account is of the domain to prove."""
    return member.is_confirmed and is_mailbox_of(
        member.email, domain_to_prove(member, organisation)
    )


def may_claim(member: Member, organisation: Organisation) -> bool:
    """Return whether a member may ask to run an organisation; administrators run all of them."""
    return member.is_confirmed and not may_run(member, organisation)
