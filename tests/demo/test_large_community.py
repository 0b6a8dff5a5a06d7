"""The community of `make bench-large`, at a small size: it adds up, and its pages are measured."""

import psycopg
import pytest
from flask import Flask

from benchmarks.large.community import BIGGEST, Community, Reader
from benchmarks.large.measures import measure
from grandequipe.extensions import db
from grandequipe.feed.queries import list_home_posts, list_my_groups
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.notifications.queries import count_unread
from tests.demo.consistency import find_inconsistencies

SMALL = Community(posts=1_200, comments=700, members=40)


@pytest.fixture
def community(app: Flask, environment: dict[str, str]) -> Flask:
    """Write a small one."""
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
        SMALL.write(connection)
    return app


def test_a_community_written_by_copy_adds_up(community: Flask) -> None:
    assert find_inconsistencies() == {}
    assert db.session.get_one(Group, BIGGEST).member_count == SMALL.members - 1


def test_its_readers_have_the_groups_and_the_unread_lines_that_they_are_named_for(
    community: Flask,
) -> None:
    members = {reader: db.session.get_one(Member, reader.id) for reader in Reader}
    groups = {reader: len(list_my_groups(member)) for reader, member in members.items()}
    assert groups == {Reader.QUIET: 3, Reader.FIFTY: 50, Reader.TWO_HUNDRED: 200}
    assert count_unread(members[Reader.FIFTY]) >= SMALL.posts // 100
    assert all(len(list_home_posts(member).items) == 20 for member in members.values())


def test_every_page_of_it_is_measured(community: Flask) -> None:
    measured = measure(community, times=2)
    assert len(measured) == 15
    assert all(milliseconds > 0 for milliseconds in measured.values())
