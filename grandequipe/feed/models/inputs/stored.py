"""Drafts as plain values, to be kept in a JSON column and read again."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, get_args, get_type_hints

from grandequipe.feed.models.inputs.kinds import INPUTS
from grandequipe.feed.models.inputs.posts import PostInput
from grandequipe.feed.models.kind_registry import Kind
from grandequipe.feed.models.kinds import JoinFor, ResourceType


def write_input(post_input: PostInput) -> dict[str, Any]:
    """Write a draft's fields as JSON values: instants and days in ISO 8601."""
    return {each.name: _plain(getattr(post_input, each.name)) for each in fields(post_input)}


def read_input(kind: Kind, content: Mapping[str, Any]) -> PostInput:
    """Make the draft again; a field that is not there has its default, an unknown one goes."""
    input_class = INPUTS[kind]
    hints = get_type_hints(input_class)
    names = [each.name for each in fields(input_class) if each.name in content]
    return input_class(**{name: _typed(hints[name], content[name]) for name in names})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, list | tuple) else value


def _typed(hint: Any, value: Any) -> Any:
    possible = get_args(hint)
    if not isinstance(value, str):
        return value
    if datetime in possible:
        return datetime.fromisoformat(value)
    if date in possible:
        return date.fromisoformat(value)
    choices = next((each for each in (ResourceType, JoinFor) if each in possible), None)
    return choices(value) if choices else value
