"""The kinds of notifications that may be mailed, as members choose them."""

from flask_babel import lazy_gettext

from grandequipe.notifications.models.notification import NotificationKind

# What may be mailed, as its reader chooses it.
MAIL_LABELS = {
    NotificationKind.ANSWER_TO_MY_COMMENT: lazy_gettext("Replies to my comments"),
    NotificationKind.COMMENT_ON_MY_POST: lazy_gettext("Comments on my posts"),
    NotificationKind.MENTION: lazy_gettext("Mentions of me"),
    NotificationKind.COMMENT_ON_FOLLOWED_POST: lazy_gettext("Comments on posts that I follow"),
    NotificationKind.REMINDER: lazy_gettext("My reminders"),
    NotificationKind.REQUEST_ACCEPTED: lazy_gettext("My requests to join a group, once accepted"),
    NotificationKind.JOIN_REQUESTED: lazy_gettext("Requests to join a group that I moderate"),
    NotificationKind.REQUEST_MESSAGE: lazy_gettext(
        "Moderators’ messages about my requests to join a group"
    ),
    NotificationKind.REQUEST_REPLY: lazy_gettext(
        "Messages from people who ask to join a group that I moderate"
    ),
    NotificationKind.POST_PENDING: lazy_gettext(
        "Posts waiting for review in a group that I moderate"
    ),
    NotificationKind.PROPOSAL_PENDING: lazy_gettext(
        "Changes waiting for review in a group that I moderate"
    ),
    NotificationKind.COMMENT_PENDING: lazy_gettext(
        "Comments waiting for review in a group that I moderate"
    ),
    NotificationKind.DRAFT_NOT_PUBLISHED: lazy_gettext("My scheduled posts that weren’t published"),
    NotificationKind.REPORT_FILED: lazy_gettext("Reports in a group that I moderate"),
    NotificationKind.APPEAL_FILED: lazy_gettext("Appeals in a group that I moderate"),
    NotificationKind.SITE_CASE: lazy_gettext("Reports and appeals for the site’s administrators"),
    NotificationKind.GROUP_CLOSING: lazy_gettext("My groups that are going to close"),
    NotificationKind.OWNERSHIP_OFFERED: lazy_gettext("Groups that I’m asked to take over"),
    NotificationKind.OWNERSHIP_ANSWERED: lazy_gettext("Answers when I hand over a group"),
    NotificationKind.RESOURCE_REVIEW: lazy_gettext("My resources that it’s time to review"),
    NotificationKind.RESOURCE_OUTDATED: lazy_gettext("My resources that others call out of date"),
    NotificationKind.ADDRESS_DEAD: lazy_gettext("Addresses of my resources that no longer answer"),
    NotificationKind.WEBINAR_REMINDER: lazy_gettext(
        "Reminders of my webinars, at once: the day before and an hour before"
    ),
}
