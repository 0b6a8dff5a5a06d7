"""Warning the owner of an account that somebody tries to open it."""

from celery import shared_task
from flask_babel import gettext as _

from grandequipe.core import letters, mail
from grandequipe.core.transactions import atomic
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email

TEMPLATE = "members/tries_mail"


@shared_task(name="members.warn_owner", ignore_result=True)
def warn_owner(email: str) -> None:
    """Write to the owner of this address, if there is one; the request does not wait for it."""
    with atomic():
        member = find_member_by_email(email)
        if member is not None and member.active and member.is_confirmed:
            mail.post(_mail_to(member))


def _mail_to(member: Member) -> mail.Letter:
    with letters.in_language_of(member.locale):
        given = {
            "name": member.display_name,
            "link": letters.address_of("security.forgot_password"),
            "locale": member.locale,
        }
        return mail.Letter(
            to=member.email,
            subject=_("Someone is trying to get into your account"),
            text=letters.render(f"{TEMPLATE}.txt", **given).strip() + "\n",
            html=letters.render_html(f"{TEMPLATE}.html", **given),
        )
