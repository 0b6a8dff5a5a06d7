"""How alive a group is: figures of twelve weeks, whom to write to, and what costs how much."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.queries.vitality import find_weeks
from grandequipe.groups.models import Level
from grandequipe.groups.queries import find_membership
from grandequipe.groups.services import leave_group
from tests.factories import admit, make_comment, make_group, make_member, make_post

PAGE = "/groupes/ess-quartiers/vitalite"


@pytest.fixture
def lively(cast):
    """Give the group of the cast five more members, posts of two months ago and of today."""
    cast.more = [
        make_member(f"Membre {number}", email=f"m{number}@example.org") for number in range(5)
    ]
    now = clock.now()
    with clock.travel(now - timedelta(days=60)):
        admit(cast.ess, *cast.more)
        cast.old = make_post(cast.more[0], cast.ess, Kind.RESOURCE, title="Un guide")
    with clock.travel(now - timedelta(days=59)):
        for member in cast.more[1:]:
            make_comment(member, cast.old)
    cast.posts = [make_post(cast.chloe, cast.ess, title="Sans réponse") for _number in range(2)]
    make_comment(cast.chloe, cast.posts[0], "Je précise.")
    make_comment(cast.bruno, cast.posts[1])
    return cast.ess


def test_twelve_weeks_are_counted_and_people_below_five_are_not_shown(cast, lively):
    weeks = find_weeks(lively)
    assert len(weeks) == 12
    assert [week.post_count for week in weeks if week.post_count] == [1, 2]
    month, week = next(each for each in weeks if each.post_count), weeks[-1]
    assert month.posts[Kind.RESOURCE] == 1
    assert (month.answers, month.active, month.unanswered) == (4, 5, 0)
    assert (week.answers, week.active, week.unanswered) == (2, None, 1)
    assert weeks[-1].members == lively.member_count == 8
    assert weeks[0].members in (0, None)
    with atomic():
        leave_group(cast.more[4], lively)
    assert find_weeks(lively)[-1].members == 7
    assert find_weeks(cast.private) is None


def test_moderators_alone_read_charts_with_tables_and_who_waits_for_a_word(cast, lively, browser):
    bruno = browser(cast.bruno)
    page = bruno.get(PAGE)
    assert browser(cast.chloe).get(PAGE).status_code == 403
    assert page.text.count('<svg class="chart-bars"') == page.text.count("<table>") == 9
    assert "moins de 5" in page.text
    assert re.search(r"<rect class=\"kind-[a-z]+\"", page.text)
    for member in cast.more:
        assert member.display_name in page.text
    assert f"/publications/{cast.posts[0].id}#comment-form" in page.text
    assert f"/publications/{cast.posts[1].id}#comment-form" not in page.text
    small = make_group(cast.amina, "Tout petit")
    alone = browser(cast.amina).get(f"/groupes/{small.slug}/vitalite").text
    assert '<svg class="chart-bars"' not in alone


def test_one_press_writes_to_those_who_fell_silent_and_shows_no_address(cast, lively, browser):
    bruno, path = browser(cast.bruno), f"{PAGE}/silencieux"
    with atomic():
        find_membership(cast.more[0], lively).level = Level.NONE
    question = bruno.get(path).text
    assert "@example.org" not in question
    assert cast.more[0].display_name not in question
    assert bruno.send(path, {"word": ""}).status_code == 422
    assert browser(cast.chloe).send(path, {"word": "Bonjour"}).status_code == 403
    assert bruno.get(f"{PAGE}/tous").status_code == 404
    assert bruno.send(path, {"word": "Vous nous manquez."}).status_code == 303
    bruno.send(path, {"word": "Encore."})
    mails = db.session.query(OutgoingMail).filter_by(kind="word").all()
    assert {each.recipient for each in mails} == {member.email for member in cast.more[1:]}
    for each in mails:
        assert "Vous nous manquez." in each.text
        assert "@example.org" not in each.text


def test_the_figures_of_a_large_group_read_indexes_alone(cast, lively):
    before = read_whole()
    with atomic():
        # A whole table is read only where there is no index, however few rows it has here.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        db.session.execute(text("DISCARD PLANS"))
        before = read_whole()
        find_weeks(lively)
        assert read_whole() == before


def read_whole():
    """Count how often this connection has read each table from end to end."""
    rows = db.session.execute(text("SELECT relname, seq_scan FROM pg_stat_xact_user_tables"))
    return {name: times for name, times in rows if times}
