"""The letter that invites an address: the same for whoever has it, with or without an account."""

from flask_babel import gettext as _

from grandequipe.core import letters
from grandequipe.core.domains import may_hold_domain
from grandequipe.core.lines import isolated
from grandequipe.core.mail import Letter
from grandequipe.core.text_validation import holds_address, quoted, unlinked
from grandequipe.groups.models import Group, Invitation, MembershipState
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services.invitations import key_of_invitation
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

TEMPLATE = "groups/invitation_letter"


def write_invitation(invitation: Invitation) -> Letter | None:
    """Write to the address that is invited; None where nobody there has an answer to give.

    Strangers get no address but ours: what the group is for is left out where it may hold one, and
    names that were given before they could hold none are written so that they are none.
    """
    email, group = invitation.email, invitation.group
    guest = find_member_by_email(email) if email else None
    if email is None or (guest is not None and not _may_answer(guest, group)):
        return None
    inviter = invitation.invited_by
    locale = (guest or inviter).locale
    with letters.in_language_of(locale):
        name, group_name = map(_written, (inviter.display_name, group.name))
        about = "" if _may_hold_address(group.description) else group.description
        params = {
            "name": name,
            "group_name": group_name,
            "about": about,
            "about_language": group.language,
            "link": _link(invitation),
        }
        said = {"name": name, "group": quoted(group_name)}
        return Letter(
            to=email,
            subject=_("%(name)s invites you to “%(group)s”", **said),
            text=letters.render(f"{TEMPLATE}.txt", **params, locale=locale).strip() + "\n",
            html=letters.render_html(f"{TEMPLATE}.html", **params, locale=locale),
        )


def _written(name: str) -> str:
    """Write a name for one of our sentences, whichever way it is read."""
    return isolated(unlinked(name))


def _may_hold_address(words: str) -> bool:
    return holds_address(words) or may_hold_domain(words)


def _may_answer(guest: Member, group: Group) -> bool:
    """Tell whether an invitation is news to an account: not to members, nor to the excluded."""
    membership = find_membership(guest, group)
    return guest.active and (membership is None or membership.state is MembershipState.INVITED)


def _link(invitation: Invitation) -> str:
    """Lead to the page of the invitation, which the letter alone opens: it proves the mailbox.

    It is the same for who has an account and who has none, and names the group to nobody else.
    """
    return letters.address_of("groups.invitation", key=key_of_invitation(invitation))
