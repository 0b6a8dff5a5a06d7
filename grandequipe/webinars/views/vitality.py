"""The charts of registrations beside the others of how alive a group is."""

from collections.abc import Mapping, Sequence

from grandequipe.feed.queries.vitality import Week
from grandequipe.groups.models import Group
from grandequipe.webinars.queries.vitality import count_registration_weeks


def load_vitality(group: Group, weeks: Sequence[Week] | None) -> Mapping[str, object] | None:
    """Load the registrations to a group's webinars by week; None for a group of few people."""
    return {"weeks": count_registration_weeks(group, weeks)} if weeks else None
