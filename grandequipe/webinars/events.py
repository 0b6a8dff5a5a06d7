"""What happens to registrations, and what open pages show of them."""

from dataclasses import dataclass

from grandequipe.core.events import Broadcast, Event


@dataclass(frozen=True, kw_only=True)
class RegistrationChanged(Event):
    """A member's registration to a webinar changed: in that member's stream.

    `state` is that of a registration (see `webinars.models.RegistrationState`).
    """

    kind = "registration.changed"
    subject_type = "post"

    state: str


@dataclass(frozen=True, kw_only=True)
class RegistrationCounts(Broadcast):
    """How many places of a webinar are taken, and how many are waited for.

    `capacity` is None where there is no limit.
    """

    kind = "registration.changed"
    subject_type = "post"

    going: int
    offered: int
    waiting: int
    capacity: int | None
