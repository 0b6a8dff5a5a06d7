"""Conversion of request data to the inputs that services take."""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from grandequipe.core.errors import Invalid
from grandequipe.core.languages import plausible_language
from grandequipe.feed.models import JoinFor, Kind, Post, ResourceType
from grandequipe.feed.models.inputs import INPUTS, PostInput
from grandequipe.groups.models import Colour, Group, JoinPolicy, PostingPolicy, Visibility
from grandequipe.groups.services import GroupInput
from grandequipe.members.models import Member
from grandequipe.members.services import ProfileInput

CHOICES: Mapping[str, type[StrEnum]] = {"resource_type": ResourceType, "join_for": JoinFor}
NOT_OF_THIS_KIND = "This kind of post has no such field."


def with_default_language(
    data: dict[str, Any], author: Member, *names: str, field: str = "language"
) -> None:
    """Set the language to the author's where the request has none, as forms of pages do.

    `names` are the fields whose text must be plausible in that language.
    """
    text = " ".join(data.get(name) or "" for name in names)
    data.setdefault(field, plausible_language(author.locale, text))


def post_input(kind: Kind, data: Mapping[str, Any]) -> PostInput:
    """Make the input of a new post; raise Invalid for a field of another kind."""
    input_class = INPUTS[kind]
    foreign = data.keys() - {field.name for field in fields(input_class)}
    if foreign:
        raise Invalid(dict.fromkeys(sorted(foreign), NOT_OF_THIS_KIND))
    values = {name: value for name, value in data.items() if value is not None}
    for name, choices in CHOICES.items():
        if name in values:
            values[name] = choices(values[name])
    return input_class(**values)


def changed_post_input(post: Post, changes: Mapping[str, Any]) -> PostInput:
    """Make the input of a post, with some fields changed."""
    labels = {
        "themes": [theme.slug for theme in post.themes],
        "territories": [territory.code for territory in post.territories],
        "files": [file.id for file in post.files],
    }
    names = {field.name for field in fields(INPUTS[post.kind])} - labels.keys()
    current = {name: getattr(post, name) for name in names}
    return post_input(post.kind, {**current, **labels, **changes})


def group_input(data: Mapping[str, Any], group: Group | None = None) -> GroupInput:
    """Make the input of a new group, or of an existing one with some fields changed."""
    current = {name.name: getattr(group, name.name) for name in fields(GroupInput)} if group else {}
    types = {
        "visibility": Visibility, "join_policy": JoinPolicy, "posting_policy": PostingPolicy,
        "colour": Colour, "reads_newcomers": bool,
    }  # fmt: skip
    changes = {
        name: value if value is None else types.get(name, str)(value)
        for name, value in data.items()
    }
    return GroupInput(**{**current, **changes})


def profile_input(member: Member, changes: Mapping[str, Any]) -> ProfileInput:
    """Make the input of a profile, with some fields changed."""
    current = {
        "display_name": member.display_name,
        "job_title": member.job_title,
        "organisation": member.organisation.name if member.organisation else "",
        "bio": member.bio,
        "bio_language": member.bio_language,
    }
    words = {name: value or "" for name, value in changes.items() if name != "audiences"}
    return ProfileInput(**(current | words), audiences=changes.get("audiences"))
