"""The organisers of a webinar, who read its registrations."""

from grandequipe.feed import policies as feed_policies
from grandequipe.feed.models import Webinar
from grandequipe.groups.policies import is_member, may_moderate
from grandequipe.members.models import Member
from grandequipe.webinars.queries.settings import find_settings


def organises(member: Member | None, webinar: Webinar) -> bool:
    """Return whether the person looks after the registrations.

    That is the author, while they see the webinar, the manager of the registrations, while they
    are a member of one of its groups, unless one of these has banned them; and its moderators.
    """
    if member is None:
        return False
    shown = feed_policies.shown_placements(member, webinar)
    if any(may_moderate(member, each.group) for each in shown):
        return True
    if not shown or feed_policies.banning_group(member, webinar) is not None:
        return False
    if webinar.author_id == member.id:
        return True
    is_manager = find_settings(webinar.id).manager_id == member.id
    return is_manager and any(is_member(member, each.group) for each in shown)
