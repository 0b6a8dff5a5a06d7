"""The events of the directory."""

from dataclasses import dataclass

from grandequipe.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ExperienceAsked(Event):
    """The author of a post asked members who has done this already."""

    kind = "experience.asked"
    subject_type = "post"
