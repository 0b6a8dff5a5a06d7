"""The words for reasons, states and decisions, as pages, mails and notifications say them."""

from collections.abc import Iterable

from flask_babel import LazyString, lazy_gettext as _l

from grandequipe.moderation.models.cases import (
    CaseState,
    Decision,
    DecisionKind,
    ReportReason,
    SubjectType,
)

Choice = tuple[str, LazyString]

REASONS = {
    ReportReason.ILLEGAL: _l("It’s illegal"),
    ReportReason.HATE: _l("Hate or harassment"),
    ReportReason.SPAM: _l("Spam or advertising"),
    ReportReason.OFF_TOPIC: _l("Off topic in this group"),
    ReportReason.PERSONAL_DATA: _l("Someone’s personal data"),
    ReportReason.OUTDATED: _l("Outdated or wrong"),
    ReportReason.OTHER: _l("Something else"),
}
SUBJECTS = {
    SubjectType.POST: _l("A post"),
    SubjectType.COMMENT: _l("A comment"),
    SubjectType.FILE: _l("A file"),
    SubjectType.MEMBER: _l("A profile"),
    SubjectType.GROUP: _l("A group"),
}
REPORT_TITLES = {
    SubjectType.POST: _l("Report this post"),
    SubjectType.COMMENT: _l("Report this comment"),
    SubjectType.FILE: _l("Report this file"),
    SubjectType.MEMBER: _l("Report this profile"),
    SubjectType.GROUP: _l("Report this group"),
}
STATES = {
    CaseState.OPEN: _l("To look into"),
    CaseState.TAKEN: _l("Being looked into"),
    CaseState.DECIDED: _l("Decided"),
    CaseState.APPEALED: _l("Appealed"),
    CaseState.CLOSED: _l("Closed"),
}
# What a moderator chooses.
CHOICES = {
    DecisionKind.KEEP: _l("Leave it as it is"),
    DecisionKind.EDIT: _l("It’s been edited: explain the change"),
    DecisionKind.REMOVE: _l("Remove it"),
    DecisionKind.LOCK: _l("Lock the comments"),
    DecisionKind.WARN: _l("Warn its author"),
    DecisionKind.MUTE: _l("Mute its author in this group"),
    DecisionKind.BAN: _l("Ban its author from this group"),
    DecisionKind.ARCHIVE: _l("Archive the group: it can be read, and nobody writes in it"),
}
WARN_OWNERS = _l("Warn its owners")
# Whole sentences of the outcome.
DECIDED = {
    DecisionKind.KEEP: _l("It was left as it is."),
    DecisionKind.EDIT: _l("It was edited."),
    DecisionKind.REMOVE: _l("It was removed."),
    DecisionKind.LOCK: _l("The comments were locked."),
    DecisionKind.WARN: _l("Its author was warned."),
    DecisionKind.MUTE: _l("Its author was muted."),
    DecisionKind.BAN: _l("Its author was banned."),
    DecisionKind.REFUSE: _l("It wasn’t published."),
    DecisionKind.EXPEL: _l("The person was removed from the group."),
    DecisionKind.ARCHIVE: _l("The group was archived: it can be read, and nobody writes in it."),
    DecisionKind.SUSPEND: _l("The account was suspended."),
}
# The same to the author, by what it is about.
TO_AUTHOR = {
    DecisionKind.KEEP: _l("What you wrote was left as it is"),
    DecisionKind.EDIT: _l("A moderator edited what you wrote"),
    DecisionKind.REMOVE: _l("A moderator removed what you wrote"),
    DecisionKind.LOCK: _l("A moderator locked the comments on your post"),
    DecisionKind.WARN: _l("A moderator gave you a warning"),
    DecisionKind.MUTE: _l("A moderator muted you: you can read the group, not write in it"),
    DecisionKind.BAN: _l("A moderator banned you from the group"),
    DecisionKind.REFUSE: _l("A moderator didn’t publish your post"),
    DecisionKind.EXPEL: _l("A moderator removed you from the group"),
    DecisionKind.ARCHIVE: _l("An administrator archived a group that you own"),
    DecisionKind.SUSPEND: _l("An administrator suspended your account"),
}
OWNERS_WARNED = _l("Its owners were warned.")
WARNED_AS_OWNER = _l("An administrator gave you a warning about a group that you own")
REMOVED_FROM_PROFILE = _l("An administrator removed words or the picture from your profile")


def choices_for(kinds: Iterable[DecisionKind], subject_type: SubjectType) -> list[Choice]:
    """Give the values and words of what can be decided on a subject, for a form."""
    words = dict(CHOICES)
    if subject_type is SubjectType.GROUP:
        words[DecisionKind.WARN] = WARN_OWNERS
    return [(kind.value, words[kind]) for kind in kinds]


def said_of(decision: Decision) -> str:
    """Say in a sentence what was decided, to those who did not write it."""
    if decision.subject_type is SubjectType.GROUP and decision.kind is DecisionKind.WARN:
        return str(OWNERS_WARNED)
    return str(DECIDED[decision.kind])


def said_to_author(decision: Decision) -> str:
    """Say in one line what was decided, to the member whom it concerns."""
    kind = decision.kind
    if decision.subject_type is SubjectType.GROUP and kind is DecisionKind.WARN:
        return str(WARNED_AS_OWNER)
    is_bulk = "removal" in decision.effects
    is_of_profile = (
        not is_bulk and decision.subject_type is SubjectType.MEMBER and decision.group_id is None
    )
    if is_of_profile and kind is DecisionKind.REMOVE:
        return str(REMOVED_FROM_PROFILE)
    return str(TO_AUTHOR[kind])
