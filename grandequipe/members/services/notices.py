"""Mails to members about what an administrator did with their account."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from grandequipe.core import clock, mail
from grandequipe.core.mail import rendering
from grandequipe.core.moderation_log import Act
from grandequipe.core.site_settings import site_contact
from grandequipe.members.models import Member

KIND = "account"
TEMPLATE = "members/notice_mail"


@contextmanager
def notice_to(
    member: Member,
    act: Act,
    mailbox: str | None = None,
    *,
    reason: str = "",
    name: str | None = None,
    locale: str | None = None,
) -> Iterator[Callable[..., None]]:
    """Give a function that posts a notice: its subject, then its paragraphs.

    It takes a `link`, too: what the link says, and its address.

    The block is in the language of the member, whose address is the default for `mailbox`; an
    account that is closed has neither name nor language any more.
    """
    locale = locale or member.locale
    with rendering.in_language_of(locale):
        shown = {"reason": reason, "name": name or member.display_name, "locale": locale}
        yield partial(_post, member, act, mailbox or member.email, shown)


def _post(
    member: Member,
    act: Act,
    mailbox: str,
    shown: Mapping[str, str],
    subject: str,
    *paragraphs: str,
    link: tuple[str, str] | None = None,
) -> None:
    contact = site_contact()
    params = {
        **shown, "heading": subject, "paragraphs": paragraphs, "contact": contact, "link": link,
    }  # fmt: skip
    notice = mail.Mail(
        to=mailbox,
        subject=subject,
        text=rendering.render(f"{TEMPLATE}.txt", **params).strip() + "\n",
        html=rendering.render_html(f"{TEMPLATE}.html", **params),
    )
    # One for each act and mailbox: an account's former address has a notice, too.
    which = "own" if mailbox == member.email else "former"
    key = f"{KIND}:{act}:{member.id}:{which}:{clock.now().isoformat()}"
    mail.post(notice, KIND, key=key, member_id=member.id, has_secrets=link is not None)
