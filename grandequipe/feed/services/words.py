"""A moderator's word by mail to members of a group, who do not see one another's addresses."""

from collections.abc import Iterable

from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core import clock, mail
from grandequipe.core.lines import isolated
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.policies import require
from grandequipe.core.text_validation import unlinked
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.services import hold_membership, require_not_archived
from grandequipe.members.models import Member

WORD = "word"


def send_word(sender: Member, group: Group, recipients: Iterable[Member], word: str) -> int:
    """Put a mail for each recipient in the outbox, one a day from a sender in a group.

    Returns how many mails are new; raises Refused for who does not moderate the group, or where it
    is archived.
    """
    hold_membership(sender, group)
    require(may_moderate(sender, group), _l("Only moderators can see how alive the group is."))
    require_not_archived(group)
    return sum(_post(sender, group, each, word) for each in recipients)


def _post(sender: Member, group: Group, recipient: Member, word: str) -> bool:
    key = f"{WORD}:{group.id}:{sender.id}:{recipient.id}:{clock.now():%Y-%m-%d}"
    with rendering.in_language_of(recipient.locale):
        name, group_name = (isolated(unlinked(each)) for each in (sender.display_name, group.name))
        params = {
            "name": name,
            "group_name": group_name,
            "word": word,
            "link": rendering.address_of("feed.group_page", slug=group.slug),
        }
        text = rendering.render("feed/word_mail.txt", **params, locale=recipient.locale)
        message = Mail(
            to=recipient.email,
            subject=_("A word from %(name)s, in %(group)s", name=name, group=group_name),
            text=f"{text.strip()}\n",
            html=rendering.render_html("feed/word_mail.html", **params, locale=recipient.locale),
        )
    return mail.post(message, WORD, key=key, member_id=recipient.id)
