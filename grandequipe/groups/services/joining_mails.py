"""The mails to a person who joins a group, or whose request was refused."""

from flask_babel import gettext as _
from markupsafe import Markup

from grandequipe.core.html import editable_words
from grandequipe.core.lines import isolated
from grandequipe.core.mail import Mail, rendering
from grandequipe.core.text_validation import quoted, unlinked
from grandequipe.groups.models import Group, JoinRequest
from grandequipe.groups.queries import find_charter, find_welcome
from grandequipe.members.models import Member


def write_welcome(member: Member, group: Group) -> Mail | None:
    """Write the group's welcome to a new member; None where it has none."""
    welcome = find_welcome(group)
    if not welcome.body_html:
        return None
    with rendering.in_language_of(member.locale):
        name = _name(group)
        return _mail(
            member,
            _("Welcome to “%(group)s”", group=quoted(name)),
            "groups/welcome_mail",
            group_name=name,
            person=isolated(unlinked(member.display_name)),
            body_html=_whole_links(welcome.body_html),
            words=editable_words(welcome.body_html),
            language=welcome.language,
            has_charter=find_charter(group) is not None,
            link=rendering.address_of("feed.group_page", slug=group.slug),
            charter_link=rendering.address_of("groups.charter", slug=group.slug),
        )


def write_refusal(request: JoinRequest) -> Mail | None:
    """Write to a person why their request was refused; None where no reason was given."""
    member, group = request.member, request.group
    if not request.reason or not member.active:
        return None
    with rendering.in_language_of(member.locale):
        name = _name(group)
        return _mail(
            member,
            _("Your request to join “%(group)s”", group=quoted(name)),
            "groups/refusal_mail",
            group_name=name,
            person=isolated(unlinked(member.display_name)),
            reason=request.reason,
            link=rendering.address_of("groups.own_request", slug=group.slug),
        )


def _name(group: Group) -> str:
    return isolated(unlinked(group.name))


def _whole_links(clean_html: str) -> Markup:
    """Write the links to pages of the site as mail programs follow them."""
    whole = clean_html.replace('href="/', f'href="{rendering.site_url()}/')
    return Markup(whole)  # noqa: S704 - cleaned when it was written (see `core.html`)


def _mail(member: Member, subject: str, template: str, **params: object) -> Mail:
    params |= {"locale": member.locale}
    return Mail(
        to=member.email,
        subject=subject,
        text=rendering.render(f"{template}.txt", **params).strip() + "\n",
        html=rendering.render_html(f"{template}.html", **params),
    )
