"""The crowd: members, groups, and who belongs where."""

import secrets
from typing import Any

from grandequipe.core.events import StreamRef
from grandequipe.demo.seeding import sentences
from grandequipe.demo.seeding.account import (
    Account,
    open_streams,
    table_of,
    write,
    write_numbered,
)
from grandequipe.groups.events import GroupCreated, MemberJoined
from grandequipe.groups.models import STREAM_OWNER, Group, Membership, MembershipState, Role
from grandequipe.members.events import MemberRegistered
from grandequipe.members.models import Member, stream_of

EMAIL = "member{}@bench.example"
# Everyone is in the first group; besides, each is in so many others.
OTHER_GROUPS = 5


def write_people(account: Account, password_hash: str) -> None:
    """Write the accounts."""
    streams = open_streams(account.size.members)
    rows = (
        {
            "email": EMAIL.format(number),
            "display_name": sentences.person(account.chance),
            "password": password_hash,
            "fs_uniquifier": secrets.token_hex(32),
            "created_at": account.founded,
            "confirmed_at": account.founded,
            "stream_id": stream_id,
        }
        for number, stream_id in enumerate(streams, start=1)
    )
    account.members = write_numbered(table_of(Member), rows)
    for id, stream_id in zip(account.members, streams, strict=True):
        account.member_streams[id] = stream_of(id, stream_id)
        event = MemberRegistered(subject_id=id, actor_id=id)
        account.record(account.founded, account.member_streams[id], event)


def write_groups(account: Account) -> None:
    """Write public, open groups and their memberships; the first member owns them all."""
    _choose_who_belongs_where(account)
    streams = open_streams(len(account.belonging))
    rows = (
        {**_group(account, place), "stream_id": stream_id}
        for place, stream_id in zip(account.belonging, streams, strict=True)
    )
    account.groups = write_numbered(table_of(Group), rows)
    account.belonging = dict(zip(account.groups, account.belonging.values(), strict=True))
    founder = account.members[0]
    for id, stream_id in zip(account.groups, streams, strict=True):
        account.group_streams[id] = StreamRef(stream_id, STREAM_OWNER, id)
        event = GroupCreated(subject_id=id, actor_id=founder)
        account.record(account.founded, account.group_streams[id], event)
    write(table_of(Membership), (_membership(account, *pair) for pair in _pairs(account)))


def _choose_who_belongs_where(account: Account) -> None:
    others = range(1, account.size.groups)
    account.belonging = {place: [account.members[0]] for place in range(account.size.groups)}
    for id in account.members[1:]:
        account.belonging[0].append(id)
        for place in account.chance.sample(others, min(OTHER_GROUPS, len(others))):
            account.belonging[place].append(id)


def _group(account: Account, place: int) -> dict[str, Any]:
    return {
        "slug": f"bench-{place + 1}",
        "name": f"Quartier {place + 1}",
        "description": sentences.paragraph(account.chance),
        "member_count": len(account.belonging[place]),
        "created_at": account.founded,
    }


def _pairs(account: Account) -> list[tuple[int, int]]:
    return [(group, id) for group, ids in account.belonging.items() for id in ids]


def _membership(account: Account, group: int, member: int) -> dict[str, Any]:
    is_founder = member == account.members[0]
    event = MemberJoined(
        subject_id=member, actor_id=member, group_id=group, how="founding" if is_founder else "open"
    )
    account.record(account.founded, account.group_streams[group], event)
    return {
        "group_id": group,
        "member_id": member,
        "role": Role.OWNER if is_founder else Role.MEMBER,
        "state": MembershipState.ACTIVE,
        "since": account.founded,
    }
