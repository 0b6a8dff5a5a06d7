"""The caller."""

from contextlib import nullcontext
from typing import Any

from grandequipe.api.calls import call
from grandequipe.api.identity import acting_member
from grandequipe.api.inputs import profile_input, with_default_language
from grandequipe.api.limits import REFUSAL
from grandequipe.api.schemas.members import MePatch, MeSchema
from grandequipe.digests.models import Frequency
from grandequipe.digests.queries import get_subscription
from grandequipe.digests.services import change_subscription
from grandequipe.members.models import Member, ProfileField
from grandequipe.members.services import edit_preferences, edit_profile
from grandequipe.web.rate_limits import rate_limited

TAG = "Me"
WORDS = ("display_name", "job_title", "organisation", "bio", "bio_language")
PROFILE = (*WORDS, "audiences")
SHOWN = (*WORDS, "id", "email", "locale", "time_zone")


@call("GET", "/me", tag=TAG, answers=MeSchema)
def show_me() -> dict[str, Any]:
    """Show the caller's profile and preferences."""
    return _shown(acting_member())


@call("PATCH", "/me", tag=TAG, answers=MeSchema, body=MePatch, refusals=[REFUSAL])
def edit_me(data: dict[str, Any]) -> dict[str, Any]:
    """Change the caller's profile, language, time zone and digest."""
    member = acting_member()
    profile = {name: data[name] for name in PROFILE if name in data}
    with rate_limited("profiles", member.id) if data.keys() - {"digest"} else nullcontext():
        if profile.get("bio") and not member.bio:
            with_default_language(profile, member, "bio", field="bio_language")
        if profile:
            edit_profile(member, profile_input(member, profile))
        if "locale" in data or "time_zone" in data:
            _edit_preferences(member, data)
        if data.get("digest"):
            _change_digest(member, data["digest"])
    return _shown(member)


def _edit_preferences(member: Member, data: dict[str, Any]) -> None:
    edit_preferences(
        member, data.get("locale", member.locale), data.get("time_zone", member.time_zone)
    )


def _change_digest(member: Member, changes: dict[str, Any]) -> None:
    current = get_subscription(member)
    change_subscription(
        member,
        frequency=Frequency(changes.get("frequency", current.frequency)),
        weekday=changes.get("weekday", current.weekday),
        hour=changes.get("hour", current.hour),
    )


def _shown(member: Member) -> dict[str, Any]:
    shown = {name: getattr(member, name) for name in SHOWN}
    audiences = {field.value: member.audience_of(field) for field in ProfileField}
    return shown | {"digest": get_subscription(member), "audiences": audiences}
