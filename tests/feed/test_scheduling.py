"""A post appears at the hour that its author chose, once, with the rights of that moment."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Draft, DraftFailure, DraftState, Post
from grandequipe.feed.tasks import publish_due
from grandequipe.groups.models import Group
from grandequipe.groups.services import leave_group
from grandequipe.members.models import Member
from grandequipe.notifications.queries import list_notifications
from tests.conftest import Visitor
from tests.factories import Cast
from tests.feed.test_drafts import JSON, only_draft, titles_of_posts, typed
from tests.notifications.dispatching import run_pending_handlers
from tests.threads import in_threads

Browser = Callable[[Member], Visitor]
PARIS = ZoneInfo("Europe/Paris")
MARTINIQUE = ZoneInfo("America/Martinique")
# Nine o'clock in Paris, in two days.
LATER = (clock.now().astimezone(PARIS) + timedelta(days=2)).replace(
    hour=9, minute=0, second=0, microsecond=0
)


def typed_at(instant: datetime, zone: ZoneInfo = PARIS) -> str:
    """Write an instant as one types it, by the clock of a zone."""
    return instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def clock_change(month: int) -> datetime:
    """Give half past two on the next last Sunday of a month, when clocks in Paris change."""
    day = clock.now().astimezone(PARIS).replace(month=month, day=31, tzinfo=None)
    day = day if day > clock.now().replace(tzinfo=None) else day.replace(year=day.year + 1)
    sunday = day - timedelta(days=(day.weekday() + 1) % 7)
    return sunday.replace(hour=2, minute=30, second=0, microsecond=0)


def schedule(author: Visitor, group: Group, **fields: Any) -> int:
    """Write a post and schedule it, as one does without scripts; give the id of its draft."""
    answer = author.send("/brouillons", typed(group, **fields) | {"then": "schedule"})
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/programmer")
    done = author.send(answer.location, {"publish_at": typed_at(LATER)})
    assert done.status_code == 303, done.text
    return only_draft().id


def pass_until(instant: datetime) -> None:
    """Let the clock tick at an instant."""
    with clock.travel(instant):
        publish_due()
        run_pending_handlers()
    db.session.expire_all()


def kinds_in_bell_of(member: Member) -> list[str]:
    return [line.kind.value for line in list_notifications(member).items]


def test_a_post_appears_at_its_hour_and_its_author_and_its_group_hear_of_it(
    cast: Cast, browser: Browser
) -> None:
    author = browser(cast.chloe)
    schedule(author, cast.ess)
    listed = author.get("/brouillons").text
    assert "Programmées" in listed
    assert "à 9\u00a0h" in listed
    pass_until(LATER - timedelta(minutes=1))
    assert not titles_of_posts()
    pass_until(LATER)
    assert titles_of_posts() == ["La fête"]
    assert not db.session.scalars(select(Draft)).all()
    line = list_notifications(cast.chloe).items[0]
    assert "La fête" in line.sentence()
    assert line.is_own_post
    assert kinds_in_bell_of(cast.bruno) == []
    pass_until(LATER + timedelta(minutes=1))
    assert titles_of_posts() == ["La fête"]


def test_two_workers_at_once_publish_it_once(cast: Cast, browser: Browser, app: Flask) -> None:
    schedule(browser(cast.chloe), cast.ess)
    db.session.rollback()

    def work() -> None:
        with clock.travel(LATER):
            publish_due()

    in_threads(app, work, 4)
    assert titles_of_posts() == ["La fête"]


def test_hours_are_the_author_s_and_the_site_s_are_shown_beside(
    cast: Cast, browser: Browser
) -> None:
    with atomic():
        cast.chloe.time_zone = "America/Martinique"
    author = browser(cast.chloe)
    path = author.send("/brouillons", typed(cast.ess) | {"then": "schedule"}).location
    author.send(path, {"publish_at": typed_at(LATER, MARTINIQUE)})
    assert only_draft().publish_at == LATER
    listed = author.get("/brouillons").text
    hour = LATER.astimezone(MARTINIQUE).hour
    assert f"à {hour}\u00a0h</time>" in listed
    assert "à 9\u00a0h à Paris" in listed


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (lambda: typed_at(clock.now() - timedelta(minutes=1)), "Ce moment est passé"),
        (lambda: typed_at(clock.now() + timedelta(days=400)), "dans l’année qui vient"),
        (lambda: clock_change(3).strftime("%Y-%m-%dT%H:%M"), "cette heure n’existe pas"),
        (lambda: "", "Choisissez un jour et une heure"),
        (lambda: "demain", "date"),
    ],
)
def test_an_hour_that_cannot_be_is_refused(
    cast: Cast, browser: Browser, at: Callable[[], str], sentence: str
) -> None:
    author = browser(cast.chloe)
    path = author.send("/brouillons", typed(cast.ess) | {"then": "schedule"}).location
    answer = author.send(path, {"publish_at": at()})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert only_draft().state is DraftState.DRAFT


def test_of_an_hour_that_clocks_show_twice_the_first_is_meant(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    path = author.send("/brouillons", typed(cast.ess) | {"then": "schedule"}).location
    twice = clock_change(10)
    author.send(path, {"publish_at": twice.strftime("%Y-%m-%dT%H:%M")})
    assert only_draft().publish_at == twice.replace(hour=0, tzinfo=UTC)


def test_what_could_not_be_published_is_not_scheduled(cast: Cast, browser: Browser) -> None:
    """A call that will be over by then is as wrong as one without a title."""
    author = browser(cast.chloe)
    call = typed(cast.ess, draft_of=f"new-call-{cast.ess.id}", deadline=typed_at(LATER))
    path = author.send("/brouillons", call | {"then": "schedule"}).location
    answer = author.send(path, {"publish_at": typed_at(LATER + timedelta(hours=1))})
    assert answer.status_code == 422
    assert "Réponses jusqu’au\u00a0: " in answer.text
    assert (
        author.send(path, {"publish_at": typed_at(LATER - timedelta(hours=1))}).status_code == 303
    )


def test_it_is_moved_withdrawn_and_changed(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    draft_id = schedule(author, cast.ess)
    path = f"/brouillons/{draft_id}"
    assert f'value="{typed_at(LATER)}"' in author.get(f"{path}/programmer").text
    author.send(f"{path}/programmer", {"publish_at": typed_at(LATER + timedelta(days=1))})
    pass_until(LATER)
    assert not titles_of_posts()
    author.send(f"{path}/retirer")
    pass_until(LATER + timedelta(days=2))
    assert not titles_of_posts()
    author.send(f"{path}/programmer", {"publish_at": typed_at(LATER)})
    form = typed(cast.ess, form_key=only_draft().key, title="La grande fête", draft=draft_id)
    author.send("/brouillons", form | {"draft_version": only_draft().version}, headers=JSON)
    pass_until(LATER)
    assert titles_of_posts() == ["La grande fête"]


def test_a_moderated_group_reads_it_first_at_its_hour(cast: Cast, browser: Browser) -> None:
    schedule(browser(cast.chloe), cast.moderated)
    pass_until(LATER)
    assert [each.status for each in db.session.scalars(select(Post)).one().placements] == [
        "pending"
    ]
    assert kinds_in_bell_of(cast.bruno) == ["post_pending"]
    assert kinds_in_bell_of(cast.chloe) == []


def test_an_author_who_has_left_keeps_a_draft_and_hears_why(cast: Cast, browser: Browser) -> None:
    author = browser(cast.chloe)
    draft_id = schedule(author, cast.ess)
    with atomic():
        leave_group(cast.chloe, cast.ess)
    pass_until(LATER)
    assert not titles_of_posts()
    assert only_draft().failure is DraftFailure.NOT_ALLOWED
    assert "vous ne pouvez plus publier dans ce groupe" in author.get("/brouillons").text
    line = list_notifications(cast.chloe).items[0]
    assert "n’a pas paru" in line.sentence()
    assert line.link(lambda endpoint, **_values: endpoint) == "feed.drafts"
    author.send(f"/brouillons/{draft_id}/supprimer")
    assert kinds_in_bell_of(cast.chloe) == [], "what is settled is not shown any more"


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (lambda draft, _cast: setattr(draft, "content", {"title": ["Sans texte"]}), "invalid"),
        (lambda draft, _cast: setattr(draft, "group_id", None), "ended"),
    ],
)
def test_what_is_not_valid_any_more_stays_a_draft(
    cast: Cast, browser: Browser, change: Any, failure: str
) -> None:
    """The others of that minute appear all the same."""
    schedule(browser(cast.chloe), cast.ess)
    with atomic():
        change(only_draft(), cast)
    browser(cast.bruno).send("/brouillons", typed(cast.ess, title="Celle de Bruno"))
    with atomic():
        other = db.session.scalars(select(Draft).where(Draft.author_id == cast.bruno.id)).one()
        other.state, other.publish_at = DraftState.SCHEDULED, LATER
    pass_until(LATER)
    assert titles_of_posts() == ["Celle de Bruno"]
    assert only_draft().failure == failure


def test_publishing_it_by_hand_before_its_hour_publishes_it_once(
    cast: Cast, browser: Browser
) -> None:
    author = browser(cast.chloe)
    draft_id = schedule(author, cast.ess)
    page = author.get(author.get(f"/brouillons/{draft_id}").location).text
    key = re.search(r'data-keep="new-news.*?name="form_key" value="([^"]+)"', page, re.S)
    assert key
    form = typed(cast.ess, form_key=key[1], draft=draft_id)
    assert author.send(f"/groupes/{cast.ess.slug}/publier/actualite", form).status_code == 303
    pass_until(LATER)
    assert titles_of_posts() == ["La fête"]


def test_posts_that_are_scheduled_are_counted_as_those_that_are_published(
    cast: Cast, browser: Browser, app: Flask
) -> None:
    author, settings = browser(cast.chloe), app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, limit_posts="2 per hour")
    try:
        for _number in range(2):
            schedule(author, cast.ess)
            with atomic():
                db.session.delete(only_draft())
        answer = author.send("/brouillons", typed(cast.ess) | {"then": "schedule"})
        refused = author.send(answer.location, {"publish_at": typed_at(LATER)})
    finally:
        app.config["SETTINGS"] = settings
    assert refused.status_code == 429
    assert only_draft().state is DraftState.DRAFT
