"""Whom members show what of themselves.

Guarantee: `shows`, and `groups.queries.profiles.profile_shown_to` in statements, are the only rules
for the fields of a profile: pages, bylines, exports, mails, the directory and the API ask one of
the two at each request.
"""

from grandequipe.members.models import Audience, Member, ProfileField, Viewer
from grandequipe.members.queries import are_fellows


def shows(member: Member, field: ProfileField, viewer: Viewer | None) -> bool:
    """Whether a field of a member's profile is shown to the viewer; each member sees their own."""
    audience = member.audience_of(field)
    if audience is Audience.EVERYONE:
        return True
    if viewer is None:
        return False
    if audience is Audience.MEMBERS or viewer.id == member.id:
        return True
    return audience is Audience.GROUPS and are_fellows(viewer, member)
