"""The organisers of a webinar, who read its registrations."""

from grandequipe.feed import policies as feed_policies
from grandequipe.feed.models import Webinar
from grandequipe.groups.policies import may_moderate
from grandequipe.members.models import Member
from grandequipe.webinars.queries.settings import find_settings


def organises(member: Member | None, webinar: Webinar) -> bool:
    """Return whether the person looks after the registrations.

    That is the author and the manager of the registrations, while they see the webinar, and the
    moderators of its groups.
    """
    if member is None:
        return False
    shown = feed_policies.shown_placements(member, webinar)
    if any(may_moderate(member, each.group) for each in shown):
        return True
    if not shown:
        return False
    return webinar.author_id == member.id or find_settings(webinar.id).manager_id == member.id
