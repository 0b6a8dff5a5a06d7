"""The member who calls."""

from contextlib import nullcontext
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.drafts import profile_draft, with_default_language
from grandequipe.api.identity import acting_member
from grandequipe.api.limits import REFUSAL
from grandequipe.api.schemas.members import MePatch, MeSchema
from grandequipe.digests.models import Frequency
from grandequipe.digests.queries import get_subscription
from grandequipe.digests.services import change_subscription
from grandequipe.members.models import Member
from grandequipe.members.services import edit_preferences, edit_profile
from grandequipe.web.limits import counted

TAG = "Me"
PROFILE = ("display_name", "job_title", "organisation", "bio", "bio_language")
SHOWN = (*PROFILE, "id", "email", "locale", "time_zone")


@call("GET", "/me", tag=TAG, answers=MeSchema)
def show_me() -> dict[str, Any]:
    """Show oneself."""
    return _shown(acting_member())


@call("PATCH", "/me", tag=TAG, answers=MeSchema, body=MePatch, refusals=[REFUSAL])
def edit_me(given: dict[str, Any]) -> dict[str, Any]:
    """Change what is given of one's profile, language, clock and letter."""
    member = acting_member()
    profile = {name: given[name] for name in PROFILE if name in given}
    with counted("profiles", member.id) if given.keys() - {"digest"} else nullcontext():
        if profile.get("bio") and not member.bio:
            with_default_language(profile, member, "bio", field="bio_language")
        if profile:
            edit_profile(member, profile_draft(member, profile))
        if "locale" in given or "time_zone" in given:
            _edit_preferences(member, given)
        if given.get("digest"):
            _change_letter(member, given["digest"])
    return _shown(member)


def _edit_preferences(member: Member, given: dict[str, Any]) -> None:
    edit_preferences(
        member, given.get("locale", member.locale), given.get("time_zone", member.time_zone)
    )


def _change_letter(member: Member, changes: dict[str, Any]) -> None:
    standing = get_subscription(member)
    change_subscription(
        member,
        frequency=Frequency(changes.get("frequency", standing.frequency)),
        weekday=changes.get("weekday", standing.weekday),
        hour=changes.get("hour", standing.hour),
    )


def _shown(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in SHOWN} | {"digest": get_subscription(member)}
