"""Whom members show what of themselves, and who speaks for an organisation and runs its page.

Guarantee: `shows`, and `groups.queries.profiles.profile_shown_to` in statements, are the only rules
for the fields of a profile: pages, bylines, exports, mails, the directory and the API ask one of
the two at each request.
"""

from grandequipe.members.models import Audience, Member, Organisation, ProfileField, Viewer
from grandequipe.members.queries import are_fellows, is_manager


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


def may_run(member: Member | None, organisation: Organisation) -> bool:
    """Return whether a member changes what an organisation says: managers and administrators."""
    return member is not None and (member.is_admin or is_manager(member, organisation))


def may_speak_for(member: Member, organisation: Organisation) -> bool:
    """Return whether a member writes in the name of an organisation.

    Its managers do, and those whose belonging to it is confirmed.
    """
    belongs = member.organisation_id == organisation.id and member.organisation_confirmed_at
    return bool(belongs) or is_manager(member, organisation)
