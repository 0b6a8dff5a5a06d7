"""Events of organisations, recorded in the stream of the member whom they concern."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BelongingAnswered(Event):
    """An organisation confirmed that a member belongs to it, or said that they do not."""

    kind = "member.belonging_answered"
    subject_type = "member"

    organisation_id: int
    is_confirmed: bool


@dataclass(frozen=True, kw_only=True)
class ManagingChanged(Event):
    """A member runs an organisation from now on, or no longer."""

    kind = "member.managing_changed"
    subject_type = "member"

    organisation_id: int
    manages: bool


@dataclass(frozen=True, kw_only=True)
class ClaimMade(Event):
    """A member asks the administrators to run an organisation."""

    kind = "organisation.claimed"
    subject_type = "organisation"
