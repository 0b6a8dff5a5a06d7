"""An event as programs see it, and the cursor by which a reader asks for what they miss.

Guarantee: a change holds ids and no content; what it points to is fetched by its reader, with
the reader's own rights.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grandequipe.core.errors import Invalid
from grandequipe.core.events import Broadcast, Event, RecordedEvent, StreamRef
from grandequipe.groups.models import Visibility
from grandequipe.groups.queries import find_group, list_slugs
from grandequipe.members.models import owner_of
from grandequipe.members.queries import find_member

Change = dict[str, Any]

NOT_OURS = "This cursor is not one of ours."
LARGEST_POSITION = 2**63


def as_change(
    stream: StreamRef, position: int, event: Event, at: datetime, group_slug: str | None
) -> Change:
    """Write an event as `/changes` and the socket send it.

    A comment also names its post; a minor correction says that it is one, and locked comments
    whether they are.
    """
    under = {"post": event.data["post_id"]} if "post_id" in event.data else {}
    under |= {"minor": True} if event.data.get("minor") else {}
    under |= {"locked": event.data["locked"]} if "locked" in event.data else {}
    return {
        "stream": stream.name,
        "position": position,
        "kind": event.kind,
        "subject": {"type": event.subject_type, "id": event.subject_id},
        "group": group_slug,
        "actor": event.actor_id,
        "at": at.isoformat(),
        **under,
    }


def describe(recorded: RecordedEvent) -> Change:
    """Write what was just committed as a change."""
    return as_change(
        recorded.stream, recorded.position, recorded.event, recorded.at, _slug_for(recorded)
    )


def describe_value(stream: StreamRef, value: Broadcast) -> Change:
    """Write a value that is broadcast and not recorded: a change without a position."""
    return {
        "stream": stream.name,
        "kind": value.kind,
        "subject": {"type": value.subject_type, "id": value.subject_id},
        "group": value.group_slug,
        "actor": value.actor_id,
        "at": value.at.isoformat(),
        **value.values,
    }


def group_id_of(event: Event) -> int | None:
    """Return the group that an event is about, if any."""
    if event.subject_type == "group":
        return event.subject_id
    group_id: int | None = event.data.get("group_id")
    return group_id


def make_cursor(positions: Mapping[StreamRef, int] | Mapping[str, int]) -> str:
    """Write where a reader stands as one opaque word, the same for the same place."""
    named = {str(stream): position for stream, position in positions.items()}
    raw = json.dumps(named, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def read_cursor(cursor: str) -> dict[str, int]:
    """Read what `make_cursor` wrote; raise Invalid for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        positions = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        raise Invalid({"since": NOT_OURS}) from None
    if not isinstance(positions, dict) or not all(map(_is_position, positions.values())):
        raise Invalid({"since": NOT_OURS})
    return positions


def _is_position(value: object) -> bool:
    return type(value) is int and 0 <= value < LARGEST_POSITION


def _slug_for(recorded: RecordedEvent) -> str | None:
    """Give the group's slug, unless the stream is of a member who cannot find the group."""
    group_id, owner_id = group_id_of(recorded.event), owner_of(recorded.stream)
    group = find_group(group_id) if group_id is not None else None
    if group is None:
        return None
    if owner_id is None or group.visibility is not Visibility.HIDDEN:
        return group.slug
    return list_slugs([group.id], find_member(owner_id)).get(group.id)
