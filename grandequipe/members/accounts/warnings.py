"""Warning the owner of an account that somebody tries to open it."""

from flask_babel import gettext as _

from grandequipe.core import clock, mail, signing
from grandequipe.core.email_addresses import normalized
from grandequipe.core.mail import MailKind, outbox, register_kind, rendering
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

KIND = "warning"
TEMPLATE = "members/tries_mail"


def warn_owner(email: str) -> None:
    """Write to the owner of an address, if there is one, once a day.

    Whether there is one is asked when the mail is sent: the request takes as long for both.
    """
    try:
        address = normalized(email)
    except ValueError:
        return
    # The row outlives the address, which is erased from it; its key stays, and reveals nothing.
    whose = signing.digest(KIND, address).hex()
    mail.post_apart(KIND, address, key=f"{KIND}:{whose}:{clock.now().date()}")


def render_warning(mail_id: int) -> mail.Mail | None:
    """Render the mail for the owner of its address; None where there is no such account."""
    member = find_member_by_email(outbox.get_mail(mail_id).recipient)
    return _mail_to(member) if member and member.active and member.is_confirmed else None


def _mail_to(member: Member) -> mail.Mail:
    with rendering.in_language_of(member.locale):
        params = {
            "name": member.display_name,
            "link": rendering.address_of("security.forgot_password"),
            "locale": member.locale,
        }
        return mail.Mail(
            to=member.email,
            subject=_("Someone is trying to get into your account"),
            text=rendering.render(f"{TEMPLATE}.txt", **params).strip() + "\n",
            html=rendering.render_html(f"{TEMPLATE}.html", **params),
        )


register_kind(MailKind(KIND, render=render_warning))
