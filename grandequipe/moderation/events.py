"""Events of moderation. None names who reported something.

What moderators are notified of is in the site's stream, which nobody follows: rights are asked
again where it is shown. What concerns one member is in that member's stream.
"""

from dataclasses import dataclass

from grandequipe.core.events import Broadcast, Event


@dataclass(frozen=True, kw_only=True)
class ReportFiled(Event):
    """Something was reported: in the site's stream."""

    kind = "report.filed"
    subject_type = "report"


@dataclass(frozen=True, kw_only=True)
class ReportAnswered(Event):
    """All that a report led to is decided: in the stream of its sender, or the site's."""

    kind = "report.answered"
    subject_type = "report"


@dataclass(frozen=True, kw_only=True)
class CaseEscalated(Event):
    """A case waits for the administrators of the site: in its stream."""

    kind = "case.escalated"
    subject_type = "case"


@dataclass(frozen=True, kw_only=True)
class DecisionMade(Event):
    """A moderator limited what a member wrote or may do: in that member's stream."""

    kind = "decision.made"
    subject_type = "decision"


@dataclass(frozen=True, kw_only=True)
class AppealFiled(Event):
    """A member appeals against a decision: in the site's stream."""

    kind = "appeal.filed"
    subject_type = "appeal"


@dataclass(frozen=True, kw_only=True)
class AppealDecided(Event):
    """An appeal was decided: in the stream of the member who appealed."""

    kind = "appeal.decided"
    subject_type = "decision"


@dataclass(frozen=True, kw_only=True)
class CaseCount(Broadcast):
    """How many cases and appeals wait in a group: for each of its moderators."""

    kind = "case.count"
    subject_type = "group"

    waiting: int
