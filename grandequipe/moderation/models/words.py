"""The words for reasons, states and decisions, as pages, mails and notifications say them."""

from flask_babel import lazy_gettext as _l

from grandequipe.moderation.models.cases import (
    CaseState,
    Decision,
    DecisionKind,
    ReportReason,
    SubjectType,
)

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
}
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
}
REMOVED_FROM_PROFILE = _l("An administrator removed words or the picture from your profile")


def said_to_author(decision: Decision) -> str:
    """Say in one line what was decided, to the member whom it concerns."""
    kind = decision.kind
    is_of_profile = decision.subject_type is SubjectType.MEMBER and decision.group_id is None
    if is_of_profile and kind is DecisionKind.REMOVE:
        return str(REMOVED_FROM_PROFILE)
    return str(TO_AUTHOR[kind])
