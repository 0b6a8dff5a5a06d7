"""The mail that invites an address: the same with and without an account."""

from flask_babel import gettext as _

from grandequipe.core.domains import may_hold_domain
from grandequipe.core.lines import isolated
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.text_validation import holds_address, quoted, unlinked
from grandequipe.groups.models import Group, Invitation, MembershipState
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services.invitations import key_of_invitation
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

TEMPLATE = "groups/invitation_mail"


def write_invitation(invitation: Invitation, *, is_reminder: bool = False) -> Mail | None:
    """Write the mail to the invited address; None where its account cannot accept.

    A stranger's mail holds no web address but the site's: a description that may hold one is left
    out, and names from before the rule against addresses in names are written so as to link to
    nothing.
    """
    email, group = invitation.email, invitation.group
    guest = find_member_by_email(email) if email else None
    if email is None or (guest is not None and not _may_answer(guest, group)):
        return None
    inviter = invitation.invited_by
    locale = (guest or inviter).locale
    with rendering.in_language_of(locale):
        name, group_name = map(_isolated_name, (inviter.display_name, group.name))
        about = "" if _may_hold_address(group.description) else group.description
        params = {
            "name": name,
            "group_name": group_name,
            "about": about,
            "about_language": group.language,
            "link": _link(invitation),
            "word": invitation.word,
        }
        subject_params = {"name": name, "group": quoted(group_name)}
        subject = _("%(name)s invites you to “%(group)s”", **subject_params)
        if is_reminder:
            subject = _("Reminder: %(subject)s", subject=subject)
        return Mail(
            to=email,
            subject=subject,
            text=rendering.render(f"{TEMPLATE}.txt", **params, locale=locale).strip() + "\n",
            html=rendering.render_html(f"{TEMPLATE}.html", **params, locale=locale),
        )


def _isolated_name(name: str) -> str:
    """Prepare a name, of either direction of writing, for a sentence: isolated, without links."""
    return isolated(unlinked(name))


def _may_hold_address(text: str) -> bool:
    return holds_address(text) or may_hold_domain(text)


def _may_answer(guest: Member, group: Group) -> bool:
    """Return whether an account can accept: not members, nor the banned."""
    membership = find_membership(guest, group)
    return guest.active and (membership is None or membership.state is MembershipState.INVITED)


def _link(invitation: Invitation) -> str:
    """Give the address of the invitation's page; its key, only in this mail, proves the mailbox.

    It is the same with and without an account, and names the group to nobody else.
    """
    return rendering.address_of("groups.invitation", key=key_of_invitation(invitation))
