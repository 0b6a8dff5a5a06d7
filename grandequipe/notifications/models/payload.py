"""What a notification says and where it leads, for every way out: page, API, mail."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _, ngettext

from grandequipe.core.lines import isolated
from grandequipe.core.links import address_words
from grandequipe.core.text_validation import quoted
from grandequipe.members.models import Member
from grandequipe.notifications.models.mail_labels import MAIL_LABELS as MAIL_LABELS
from grandequipe.notifications.models.notification import NotificationKind

# Where lines lead that are not to a post or to the first page of its group.
PAGES_OF_GROUPS = {
    NotificationKind.JOIN_REQUESTED: "feed.moderation",
    NotificationKind.POST_PENDING: "feed.moderation",
    NotificationKind.COMMENT_PENDING: "feed.moderation",
    NotificationKind.REPORT_FILED: "moderation.group_cases",
    NotificationKind.APPEAL_FILED: "moderation.group_cases",
    NotificationKind.REQUEST_REPLY: "feed.moderation",
    NotificationKind.CHARTER_CHANGED: "groups.charter",
    NotificationKind.WELCOMED: "groups.presentation",
    NotificationKind.REQUEST_MESSAGE: "groups.own_request",
    NotificationKind.REQUEST_REFUSED: "groups.own_request",
    NotificationKind.OWNERSHIP_OFFERED: "feed.answer_offer",
}
# What an organisation did, about the member themselves.
ABOUT_ORGANISATIONS = (
    NotificationKind.BELONGING_CONFIRMED,
    NotificationKind.BELONGING_REFUSED,
    NotificationKind.MANAGING_BEGUN,
    NotificationKind.MANAGING_ENDED,
)
ABOUT_DECISIONS = (NotificationKind.DECISION_MADE, NotificationKind.APPEAL_DECIDED)
# Pages that neither a group nor a post names, and the parameter that is the subject's id.
PAGES_OF_KINDS: Mapping[NotificationKind, tuple[str, str | None]] = {
    NotificationKind.DRAFT_NOT_PUBLISHED: ("feed.drafts", None),
    NotificationKind.ANNOUNCEMENT: ("announcements.show", "announcement_id"),
    NotificationKind.REPORT_ANSWERED: ("moderation.my_reports", None),
    NotificationKind.SITE_CASE: ("moderation.site", None),
    NotificationKind.ADMIN_PROMOTED: ("admin.index", None),
    NotificationKind.ADMIN_DEMOTED: ("members.edit_profile", None),
    NotificationKind.ACCOUNT_CONFIRMED: ("members.edit_profile", None),
    NotificationKind.ACCOUNT_EMAIL_CHANGED: ("members.edit_profile", None),
    NotificationKind.ACCOUNT_SIGNED_OUT: ("security.change_password", None),
    NotificationKind.ACCOUNT_REINSTATED: ("feed.home", None),
    NotificationKind.COLLECTION_EXTENDED: ("library.collection", "collection_id"),
    NotificationKind.BELONGING_STATED: ("organisations.people", "organisation_id"),
    NotificationKind.ORGANISATION_CLAIMED: ("admin.organisations", None),
    **dict.fromkeys(ABOUT_ORGANISATIONS, ("organisations.show", "organisation_id")),
    **dict.fromkeys(ABOUT_DECISIONS, ("moderation.decision", "decision_id")),
}
# A sentence is translated first, and filled by the writer: its names are escaped or not.
KEPT = {name: f"%({name})s" for name in ("names", "title", "group")}


@dataclass(frozen=True)
class Writer:
    """How a way out writes the parts of a sentence: as HTML, or as plain text."""

    write: Callable[[str, str | None], str]
    fill: Callable[..., str]


def _fill(sentence: str, **params: object) -> str:
    return sentence % params


PLAIN = Writer(lambda text, _language: isolated(text), _fill)


@dataclass(frozen=True)
class NotificationPayload:
    """One line: all of a topic that is unread, or all of one that was read.

    `latest_id` is the number up to which the line shows its topic. `actors` are those who acted
    last, `actor_count` is how many people did, and `count` how much has come. `comment_id` is the
    newest comment. `is_subject_visible` is false where the viewer may know of the notification and
    no longer see its post. `note` is what they wrote for themselves, of a reminder.
    """

    id: int
    latest_id: int
    kind: NotificationKind
    created_at: datetime
    is_unread: bool
    actors: Sequence[Member]
    actor_count: int
    count: int
    group_name: str
    group_language: str | None
    group_slug: str | None
    group_id: int | None
    post_id: int | None
    post_title: str
    post_language: str | None
    is_own_post: bool
    is_subject_visible: bool
    comment_id: int | None
    note: str
    subject_id: int = 0

    @property
    def subject(self) -> tuple[str, int]:
        """Give the type and id of what the line is about, as events do."""
        if self.kind in ABOUT_DECISIONS:
            return "decision", self.subject_id
        if self.kind is NotificationKind.REPORT_ANSWERED:
            return "report", self.subject_id
        if self.comment_id is not None:
            return "comment", self.comment_id
        if self.post_id is not None:
            return "post", self.post_id
        return ("group", self.group_id) if self.group_id is not None else ("notification", self.id)

    def link(self, address_of: Callable[..., str]) -> str:
        """Give the address where the line leads, made by `address_of(endpoint, **values)`."""
        endpoint, values = self._target
        return address_of(endpoint, **values)

    @property
    def _target(self) -> tuple[str, dict[str, object]]:
        """Give the endpoint and values of the page where the line leads."""
        if self.kind in PAGES_OF_KINDS:
            endpoint, name = PAGES_OF_KINDS[self.kind]
            return endpoint, {name: self.subject_id} if name else {}
        if self.kind in PAGES_OF_GROUPS:
            return PAGES_OF_GROUPS[self.kind], {"slug": self.group_slug}
        if self.post_id is None or not self.is_subject_visible:
            return "feed.group_page", {"slug": self.group_slug}
        if self.kind is NotificationKind.PROPOSAL_PENDING:
            return "feed.proposal", {"post_id": self.post_id}
        if self.comment_id is None:
            words = address_words(self.post_title) if self.post_title else None
            return "feed.post_page", {"post_id": self.post_id, "words": words}
        return "feed.comment", {"post_id": self.post_id, "comment_id": self.comment_id}

    def sentence(self, writer: Writer = PLAIN) -> str:
        """Say the whole line in words, in the present language."""
        return writer.fill(
            self._sentence,
            names=self._names(writer),
            title=writer.write(quoted(self.post_title), self.post_language),
            group=writer.write(self.group_name, self.group_language),
        )

    def _names(self, writer: Writer) -> str:
        """Say "Amina", "Amina and Bruno" or "Amina and 3 others"."""
        names = [writer.write(actor.display_name, None) for actor in self.actors]
        first = names[0] if names else writer.write(_("Someone"), None)
        if self.actor_count > 2:
            others = self.actor_count - 1
            sentence = ngettext(
                "%(name)s and %(num)d other",
                "%(name)s and %(num)d others",
                others,
                name="%(name)s",
            )
            return writer.fill(sentence, name=first)
        if self.actor_count == 2 and len(names) > 1:
            sentence = _("%(one)s and %(other)s", one="%(one)s", other="%(other)s")
            return writer.fill(sentence, one=first, other=names[1])
        return first

    @property
    def _sentence(self) -> str:
        if self.kind is NotificationKind.POST_PUBLISHED and self.is_own_post:
            return _("Your post “%(title)s” is now live in %(group)s", **KEPT)
        return SENTENCES[self.kind](self.actor_count)


# For a number of actors.
SENTENCES: Mapping[NotificationKind, Callable[[int], str]] = {
    NotificationKind.COMMENT_ON_MY_POST: lambda number: ngettext(
        "%(names)s commented on your post “%(title)s”",
        "%(names)s commented on your post “%(title)s”",
        number,
        **KEPT,
    ),
    NotificationKind.ANSWER_TO_MY_COMMENT: lambda number: ngettext(
        "%(names)s replied to your comment on “%(title)s”",
        "%(names)s replied to your comment on “%(title)s”",
        number,
        **KEPT,
    ),
    NotificationKind.MENTION: lambda number: ngettext(
        "%(names)s mentioned you in “%(title)s”",
        "%(names)s mentioned you in “%(title)s”",
        number,
        **KEPT,
    ),
    NotificationKind.COMMENT_ON_FOLLOWED_POST: lambda number: ngettext(
        "%(names)s commented on “%(title)s”, which you follow",
        "%(names)s commented on “%(title)s”, which you follow",
        number,
        **KEPT,
    ),
    NotificationKind.REMINDER: lambda _number: _("Reminder: “%(title)s”", **KEPT),
    NotificationKind.JOIN_REQUESTED: lambda number: ngettext(
        "%(names)s asks to join %(group)s", "%(names)s ask to join %(group)s", number, **KEPT
    ),
    NotificationKind.INVITED: lambda number: ngettext(
        "%(names)s invites you to join %(group)s",
        "%(names)s invite you to join %(group)s",
        number,
        **KEPT,
    ),
    NotificationKind.REQUEST_ACCEPTED: lambda _number: _(
        "%(names)s accepted your request: you’re now a member of %(group)s", **KEPT
    ),
    NotificationKind.REQUEST_REFUSED: lambda _number: _(
        "Your request to join %(group)s wasn’t accepted", **KEPT
    ),
    NotificationKind.CHARTER_CHANGED: lambda _number: _(
        "%(group)s has a new charter: read it and accept it", **KEPT
    ),
    NotificationKind.WELCOMED: lambda _number: _(
        "%(group)s welcomes you: read the moderators’ message", **KEPT
    ),
    NotificationKind.REQUEST_MESSAGE: lambda _number: _(
        "%(names)s wrote to you about your request to join %(group)s", **KEPT
    ),
    NotificationKind.REQUEST_REPLY: lambda number: ngettext(
        "%(names)s wrote about their request to join %(group)s",
        "%(names)s wrote about their requests to join %(group)s",
        number,
        **KEPT,
    ),
    NotificationKind.POST_PUBLISHED: lambda _number: _(
        "%(names)s published “%(title)s” in %(group)s", **KEPT
    ),
    NotificationKind.POST_PENDING: lambda _number: _(
        "%(names)s submitted “%(title)s” for review in %(group)s", **KEPT
    ),
    NotificationKind.COMMENT_PENDING: lambda number: ngettext(
        "A comment by %(names)s waits for your review in %(group)s",
        "Comments by %(names)s wait for your review in %(group)s",
        number,
        **KEPT,
    ),
    NotificationKind.COMMENT_APPROVED: lambda _number: _(
        "A moderator published your comment on “%(title)s”", **KEPT
    ),
    NotificationKind.POST_EDITED: lambda _number: _(
        "%(names)s edited “%(title)s” after a moderator of %(group)s approved it", **KEPT
    ),
    NotificationKind.POST_REFUSED: lambda _number: _(
        "Your post “%(title)s” wasn’t published in %(group)s", **KEPT
    ),
    NotificationKind.POST_RETURNED: lambda _number: _(
        "A moderator of %(group)s asks you to change “%(title)s” before it’s published", **KEPT
    ),
    NotificationKind.PROPOSAL_PENDING: lambda _number: _(
        "%(names)s suggested a change to “%(title)s” for your review in %(group)s", **KEPT
    ),
    NotificationKind.PROPOSAL_APPROVED: lambda _number: _(
        "Your change to “%(title)s” is now live in %(group)s", **KEPT
    ),
    NotificationKind.PROPOSAL_REFUSED: lambda _number: _(
        "Your change to “%(title)s” wasn’t accepted in %(group)s: see why", **KEPT
    ),
    NotificationKind.ANNOUNCEMENT: lambda _number: _("Announcement: “%(title)s”", **KEPT),
    NotificationKind.DRAFT_NOT_PUBLISHED: lambda _number: _(
        "A post that you had scheduled wasn’t published. It’s among your drafts: see why"
    ),
    NotificationKind.REPORT_FILED: lambda _number: _(
        "Something was reported in %(group)s: please look into it", **KEPT
    ),
    NotificationKind.APPEAL_FILED: lambda _number: _(
        "Someone appeals against a decision in %(group)s: please look into it", **KEPT
    ),
    NotificationKind.SITE_CASE: lambda _number: _(
        "A report or an appeal is waiting for the site’s administrators"
    ),
    NotificationKind.DECISION_MADE: lambda _number: _(
        "A moderator took a decision about you or what you wrote: see why"
    ),
    NotificationKind.APPEAL_DECIDED: lambda _number: _("Your appeal was decided: see the answer"),
    NotificationKind.REPORT_ANSWERED: lambda _number: _(
        "What you reported was looked into: see the outcome"
    ),
    NotificationKind.GROUP_ARCHIVED: lambda _number: _(
        "%(group)s is now archived: you can read it, and no longer write in it", **KEPT
    ),
    NotificationKind.GROUP_REOPENED: lambda _number: _("%(group)s is active again", **KEPT),
    NotificationKind.GROUP_CLOSING: lambda _number: _(
        "%(group)s is going to close, with everything in it: see when, and keep what you need",
        **KEPT,
    ),
    NotificationKind.GROUP_KEPT: lambda _number: _(
        "%(group)s stays: it’s no longer going to close", **KEPT
    ),
    NotificationKind.OWNERSHIP_OFFERED: lambda _number: _(
        "%(names)s offers to hand %(group)s over to you: accept or decline", **KEPT
    ),
    NotificationKind.WEBINAR_REMINDER: lambda _number: _(
        "Your webinar is near: “%(title)s”", **KEPT
    ),
    NotificationKind.WEBINAR_MOVED: lambda _number: _(
        "Your webinar “%(title)s” has a new time", **KEPT
    ),
    NotificationKind.WEBINAR_CANCELLED: lambda _number: _(
        "Your webinar “%(title)s” is cancelled", **KEPT
    ),
    NotificationKind.WEBINAR_REINSTATED: lambda _number: _(
        "Your webinar “%(title)s” takes place after all", **KEPT
    ),
    NotificationKind.RESOURCE_REVIEW: lambda _number: _(
        "It’s time to review your resource “%(title)s”: is it still up to date?", **KEPT
    ),
    NotificationKind.RESOURCE_OUTDATED: lambda number: ngettext(
        "%(names)s says that your resource “%(title)s” is out of date: see why",
        "%(names)s say that your resource “%(title)s” is out of date: see why",
        number,
        **KEPT,
    ),
    NotificationKind.ADDRESS_DEAD: lambda _number: _(
        "The address of your resource “%(title)s” no longer answers: please correct it", **KEPT
    ),
    NotificationKind.COLLECTION_EXTENDED: lambda _number: _(
        "New in the collection “%(title)s”, which you follow", **KEPT
    ),
    NotificationKind.EXPERIENCE_ASKED: lambda _number: _(
        "%(names)s asks who has done this already: “%(title)s”", **KEPT
    ),
    NotificationKind.OWNERSHIP_ANSWERED: lambda _number: _(
        "%(names)s has answered your offer to hand over %(group)s", **KEPT
    ),
    NotificationKind.BELONGING_STATED: lambda number: ngettext(
        "%(names)s says they belong to an organisation that you run: confirm or refuse",
        "%(names)s say they belong to an organisation that you run: confirm or refuse",
        number,
        **KEPT,
    ),
    NotificationKind.BELONGING_CONFIRMED: lambda _number: _(
        "Your organisation has confirmed that you belong to it"
    ),
    NotificationKind.BELONGING_REFUSED: lambda _number: _(
        "An organisation has said that you don’t belong to it: your profile no longer names it"
    ),
    NotificationKind.MANAGING_BEGUN: lambda _number: _("You now run the page of an organisation"),
    NotificationKind.MANAGING_ENDED: lambda _number: _(
        "You no longer run the page of an organisation"
    ),
    NotificationKind.ORGANISATION_CLAIMED: lambda _number: _(
        "Someone asks to run the page of an organisation: please answer"
    ),
    NotificationKind.ADMIN_PROMOTED: lambda _number: _("You’re now an administrator of this site"),
    NotificationKind.ADMIN_DEMOTED: lambda _number: _(
        "You’re no longer an administrator of this site"
    ),
    NotificationKind.ACCOUNT_CONFIRMED: lambda _number: _(
        "An administrator has confirmed your email address"
    ),
    NotificationKind.ACCOUNT_EMAIL_CHANGED: lambda _number: _(
        "An administrator has changed your email address"
    ),
    NotificationKind.ACCOUNT_SIGNED_OUT: lambda _number: _(
        "An administrator has logged you out everywhere. If someone else may know your password, "
        "change it"
    ),
    NotificationKind.ACCOUNT_REINSTATED: lambda _number: _(
        "The suspension of your account has ended"
    ),
    NotificationKind.GROUP_APPROVED: lambda _number: _(
        "%(group)s now stands in the list of groups", **KEPT
    ),
    NotificationKind.GROUP_REFUSED: lambda _number: _(
        "%(group)s won’t stand in the list of groups: we emailed you why", **KEPT
    ),
    NotificationKind.GROUP_TRANSFERRED: lambda _number: _(
        "An administrator has given %(group)s to another owner", **KEPT
    ),
}
