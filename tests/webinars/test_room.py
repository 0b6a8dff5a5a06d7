"""The room of a webinar: who is led there and when, and that its address is shown nowhere else."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import JoinFor, Kind, Post
from grandequipe.feed.services import edit_post
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from grandequipe.webinars.models import (
    AttendedBy,
    Registration,
    RegistrationMode,
    RegistrationSettings,
    RegistrationState,
)
from tests.digests.conftest import monday as monday, send as send
from tests.factories import Cast, draft_of, make_post
from tests.webinars.mailing import remind_at, send_waiting

# What the address of the room is recognised by, in whatever form it is written; and one of before.
SECRET, EARLIER = "salle-4711", "salle-0815"
ROOM = f"https://visio.example.org/{SECRET}?pwd=1&x=2"
NOW, TOMORROW = timedelta(minutes=-5), timedelta(days=1)
READERS = ("visitor", "driss", "farid", "chloe", "bruno", "amina")
# The first ends the session, the second leads there.
NOT_WALKED = ("security.logout", "webinars.room")
Browser = Callable[[Member], Any]


def times(begins_in: timedelta) -> dict[str, Any]:
    """Give the times of a webinar of an hour that begins in so long."""
    start = clock.now() + begins_in
    return {"starts_at": start, "ends_at": start + timedelta(hours=1)}


def make_webinar(
    author: Member, group: Group, begins_in: timedelta = TOMORROW, **values: Any
) -> Post:
    """Publish a webinar with a room."""
    return make_post(author, group, Kind.WEBINAR, **times(begins_in), join_url=ROOM, **values)


def register(member: Member, post: Post, state: RegistrationState) -> None:
    """Write a registration of a member."""
    is_replay = state is RegistrationState.REPLAY
    is_waiting = state is RegistrationState.WAITING
    with atomic():
        db.session.add(
            Registration(
                post_id=post.id,
                member_id=member.id,
                mode=RegistrationMode.REPLAY if is_replay else RegistrationMode.SEAT,
                state=state,
                line_number=1 if is_waiting else None,
            )
        )


def who_is_led(cast: Cast, browser: Browser, visitor: FlaskClient, post: Post) -> set[str]:
    """Name those whom the room lets in; all others do not learn where it is."""
    led = set()
    for name in READERS:
        client = visitor if name == "visitor" else browser(getattr(cast, name))
        answer = client.get(f"/publications/{post.id}/salle")
        if answer.status_code == 303:
            assert answer.location == ROOM, name
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            led.add(name)
        else:
            assert SECRET not in answer.text + str(answer.headers), name
        assert "no-store" in answer.headers["Cache-Control"]
    return led


EDITORS = {"bruno", "amina", "farid"}
EVERYBODY = set(READERS)


@pytest.mark.parametrize(
    ("join_for", "begins_in", "led"),
    [
        (JoinFor.REGISTERED, NOW, EDITORS | {"chloe"}),
        (JoinFor.MEMBERS, NOW, EDITORS | {"chloe"}),
        (JoinFor.EVERYONE, NOW, EVERYBODY),
        (JoinFor.EVERYONE, timedelta(minutes=14), EVERYBODY),
        (JoinFor.EVERYONE, timedelta(minutes=20), EDITORS),
        (JoinFor.REGISTERED, TOMORROW, EDITORS),
    ],
)
def test_the_room_lets_in_those_for_whom_it_is_while_it_is_open(
    cast, browser, visitor, join_for, begins_in, led
):
    post = make_webinar(cast.amina, cast.ess, begins_in, join_for=join_for)
    register(cast.chloe, post, RegistrationState.GOING)
    assert who_is_led(cast, browser, visitor, post) == led


def test_a_seat_lets_in_and_no_other_registration_does(cast, browser):
    states = (RegistrationState.WAITING, RegistrationState.REPLAY)
    post = make_webinar(cast.amina, cast.ess, NOW)
    for member, state in zip((cast.chloe, cast.driss), states, strict=True):
        register(member, post, state)
        answer = browser(member).get(f"/publications/{post.id}/salle")
        assert answer.status_code == 403
        assert SECRET not in answer.text
    post = make_webinar(cast.amina, cast.ess, NOW)
    register(cast.driss, post, RegistrationState.GOING)
    assert browser(cast.driss).get(f"/publications/{post.id}/salle").location == ROOM


def test_who_looks_after_the_registrations_joins_at_any_time(cast, browser):
    post = make_webinar(cast.amina, cast.ess)
    chloe = browser(cast.chloe)
    assert chloe.get(f"/publications/{post.id}/salle").status_code == 403
    with atomic():
        db.session.add(RegistrationSettings(post_id=post.id, manager_id=cast.chloe.id))
    assert chloe.get(f"/publications/{post.id}/salle").location == ROOM


def test_a_room_that_is_over_cancelled_or_unknown_says_so(cast, browser):
    said = {}
    chloe = browser(cast.chloe)
    for name, values in {
        "terminé": {"ends_at": clock.now() - timedelta(minutes=1)},
        "annulé": {"cancelled_at": clock.now()},
        "pas encore": {"join_url": None},
    }.items():
        post = make_webinar(cast.amina, cast.ess, NOW, join_for=JoinFor.EVERYONE)
        with atomic():
            for field, value in values.items():
                setattr(post, field, value)
        answer = chloe.get(f"/publications/{post.id}/salle")
        assert answer.status_code == 200
        said[name] = name in answer.text and SECRET not in answer.text
    assert all(said.values()), said


def test_there_is_no_room_where_the_post_is_not_seen_or_is_no_webinar(cast, browser, visitor):
    private = make_webinar(cast.amina, cast.private, NOW, join_for=JoinFor.EVERYONE)
    assert visitor.get(f"/publications/{private.id}/salle").status_code == 404
    assert browser(cast.driss).get(f"/publications/{private.id}/salle").status_code == 404
    news = make_post(cast.amina, cast.ess)
    assert browser(cast.amina).get(f"/publications/{news.id}/salle").status_code == 404


def test_who_follows_the_room_was_there_and_who_looks_early_was_not(cast, browser):
    for begins_in, attended in ((TOMORROW, None), (NOW, AttendedBy.ROOM)):
        post = make_webinar(cast.amina, cast.ess, begins_in)
        for member in (cast.chloe, cast.amina):
            register(member, post, RegistrationState.GOING)
            browser(member).get(f"/publications/{post.id}/salle")
        noted = db.session.query(Registration).filter_by(post_id=post.id)
        assert {each.attended_by for each in noted} == {attended}


def test_a_browser_that_looks_ahead_was_not_there(cast, browser):
    post = make_webinar(cast.amina, cast.ess, NOW)
    register(cast.chloe, post, RegistrationState.GOING)
    chloe, path = browser(cast.chloe), f"/publications/{post.id}/salle"
    noted = db.session.query(Registration.attended_by).filter_by(post_id=post.id)
    assert chloe.get(path, headers={"Sec-Purpose": "prefetch"}).location == ROOM
    assert chloe.head(path).location == ROOM
    assert noted.one() == (None,)
    assert chloe.get(path).location == ROOM
    assert noted.one() == (AttendedBy.ROOM,)


def headers_of(member: Member) -> Mapping[str, str]:
    """Give the headers of a program of this member's."""
    with atomic():
        key, _token = create_token(member, "essai", ["read"])
    return {"Authorization": f"Bearer {key}"}


def edited_webinar(cast: Cast) -> Post:
    """Make a webinar that is going on, whose room moved twice, with two who have a seat."""
    post = make_webinar(cast.amina, cast.ess, NOW, join_for=JoinFor.EVERYONE, title="Visio")
    for url in (ROOM.replace(SECRET, EARLIER), ROOM):
        with atomic():
            edit_post(cast.amina, post, draft_of(Kind.WEBINAR, **times(NOW), join_url=url))
    for member in (cast.chloe, cast.driss):
        register(member, post, RegistrationState.GOING)
    return post


def addresses_to_read(app: Flask, post: Post, slug: str) -> Iterator[str]:
    """Write the address of each page and call that is read of a post, of a group, or of all."""
    named = {"post_id": post.id, "slug": slug, "version": 2}
    for rule in app.url_map.iter_rules():
        known = rule.arguments <= named.keys() and rule.endpoint not in NOT_WALKED
        if known and "GET" in (rule.methods or ()):
            values = {name: named[name] for name in rule.arguments}
            yield app.url_map.bind("localhost").build(rule.endpoint, values)
    yield f"/publications/{post.id}/historique?version=2"
    yield f"/publications/{post.id}/historique?version=1"


def test_no_door_shows_readers_where_the_room_is(app, cast, browser, visitor):
    """Every page, feed, file and call there is, also those that are built later."""
    post = edited_webinar(cast)
    addresses = sorted(addresses_to_read(app, post, cast.ess.slug))
    assert {f"/publications/{post.id}", f"/api/v1/posts/{post.id}", "/"} <= set(addresses)
    found, read = set(), 0
    for name in ("visitor", "chloe"):
        member = None if name == "visitor" else getattr(cast, name)
        client, headers = (browser(member), headers_of(member)) if member else (visitor, {})
        for path in addresses:
            is_call = path.startswith("/api/")
            answer = visitor.get(path, headers=headers) if is_call else client.get(path)
            read += answer.status_code == 200
            said = answer.data + str(answer.headers).encode()
            if SECRET.encode() in said or EARLIER.encode() in said:
                found.add((name, path))
        shown = visitor.get(f"/api/v1/posts/{post.id}", headers=headers).json
        assert shown["room_url"] == f"http://localhost/publications/{post.id}/salle"
        assert shown["join_url"] is None
        assert f"/publications/{post.id}/salle" in client.get(f"/publications/{post.id}").text
    assert found == set()
    assert read > len(addresses) / 2


def test_authors_and_moderators_read_it_where_they_change_the_post(cast, browser, visitor):
    post = edited_webinar(cast)
    one = f"/publications/{post.id}"
    for member in (cast.amina, cast.bruno, cast.farid):
        client, headers = browser(member), headers_of(member)
        pages = ("/", f"/groupes/{cast.ess.slug}", one, f"{one}/historique", f"{one}/modifier")
        shown = {path for path in pages if SECRET in client.get(path).text}
        assert shown == {f"{one}/historique", f"{one}/modifier"}
        call = visitor.get(f"/api/v1/posts/{post.id}", headers=headers)
        assert call.json["join_url"] == ROOM


def test_no_mail_and_no_calendar_in_it_says_where_the_room_is(cast, sink):
    post = make_webinar(cast.amina, cast.ess, timedelta(days=3), venue="Maison")
    start = post.starts_at
    register(cast.chloe, post, RegistrationState.GOING)
    moved = {"starts_at": start + timedelta(hours=1), "ends_at": start + timedelta(hours=2)}
    for before in (timedelta(hours=23), timedelta(minutes=59)):
        remind_at(start - before, sink)
    with atomic():
        edit_post(cast.amina, post, draft_of(Kind.WEBINAR, join_url=ROOM, **moved))
    send_waiting(sink)
    mails = sink.to(cast.chloe.email)
    assert len(mails) == 3
    for mail in mails:
        for part in mail.walk():
            content = part.get_payload(decode=True) or b""
            assert SECRET.encode() not in content


def test_a_digest_leads_to_the_page_of_the_room(cast, monday, send, sink):
    post = make_post(cast.amina, cast.ess, Kind.WEBINAR, join_url=ROOM, title="Visio")
    send(monday)
    [mail] = sink.to(cast.chloe.email)
    for text in (part.get_content() for part in mail.iter_parts()):
        assert f"http://localhost/publications/{post.id}/salle" in text
        assert SECRET not in text
