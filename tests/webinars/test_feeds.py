"""Calendar programs read events, groups and a member's own agenda, each as its reader may."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import icalendar
import vobject

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind
from grandequipe.feed.services import edit_post
from grandequipe.groups.services import leave_group
from grandequipe.members.models import PrivateAddress
from grandequipe.members.services import erase_member
from grandequipe.webinars.models import CancelledBecause, RegistrationInput
from grandequipe.webinars.services import cancel_registration, register
from tests.broken_tables import without_table
from tests.factories import draft_of, make_group, make_post

ROOM = "https://visio.example.org/secret"
SUBSCRIPTIONS = "/agenda/abonnements"


def coming(author, group, title="Chauffer moins", kind=Kind.WEBINAR, days=10, **values):
    """Publish what has a date in some days."""
    at = (clock.now() + timedelta(days=days)).replace(microsecond=0)
    if kind is Kind.WEBINAR:
        dates = {"starts_at": at, "ends_at": at + timedelta(hours=1), "join_url": ROOM}
    else:
        dates = {"deadline": at}
    return make_post(author, group, kind, title=title, **{**dates, **values})


def titles_in(calendar):
    """Read the titles of a calendar by two programs, which agree."""
    text = calendar if isinstance(calendar, str) else calendar.text
    first = [str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(text).events]
    read = vobject.readOne(text)
    assert first == [each.summary.value for each in getattr(read, "vevent_list", ())]
    assert ROOM not in text
    return first


def address_of(client):
    """Make a private address on the page of subscriptions, and read it there."""
    answer = client.send(SUBSCRIPTIONS)
    assert answer.status_code == 303
    found = re.search(
        r'value="http://localhost(/agenda/[^"?]+\.ics)"', client.get(SUBSCRIPTIONS).text
    )
    return found[1]


def test_an_event_is_taken_over_by_any_program(cast, visitor):
    post = coming(cast.amina, cast.ess, "Chauffer moins, vivre mieux")
    answer = visitor.get(f"/publications/{post.id}.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert titles_in(answer) == ["Chauffer moins, vivre mieux"]
    (event,) = icalendar.Calendar.from_ical(answer.text).events
    assert event.start == post.starts_at
    assert str(event["LOCATION"]) == f"http://localhost/publications/{post.id}/salle"
    page = visitor.get(f"/publications/{post.id}").text
    assert f'href="/publications/{post.id}.ics"' in page
    google = re.search(r'href="(https://calendar\.google\.com/[^"]+)"', page)[1].replace(
        "&amp;", "&"
    )
    asked = parse_qs(urlsplit(google).query)
    assert asked["text"] == ["Chauffer moins, vivre mieux"]
    assert asked["dates"][0].startswith(f"{post.starts_at:%Y%m%dT%H%M%SZ}/")
    assert ROOM not in page


def test_what_has_no_date_or_no_reader_has_no_calendar(cast, browser, visitor):
    news = make_post(cast.amina, cast.ess)
    private = coming(cast.amina, cast.private)
    assert visitor.get(f"/publications/{news.id}.ics").status_code == 404
    assert ".ics" not in visitor.get(f"/publications/{news.id}").text
    assert visitor.get(f"/publications/{private.id}.ics").status_code == 404
    assert browser(cast.driss).get(f"/publications/{private.id}.ics").status_code == 404
    assert browser(cast.chloe).get(f"/publications/{private.id}.ics").status_code == 200


def test_a_group_has_a_calendar_that_a_program_asks_for_by_its_tag(cast, visitor):
    coming(cast.amina, cast.ess)
    coming(cast.bruno, cast.ess, "Fonds d’amorçage", Kind.CALL)
    path = f"/groupes/{cast.ess.slug}/agenda.ics"
    first = visitor.get(path)
    assert sorted(titles_in(first)) == ["Chauffer moins", "Date limite\u00a0: Fonds d’amorçage"]
    tag = first.headers["ETag"]
    again = visitor.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    coming(cast.amina, cast.ess, "Un de plus")
    assert len(titles_in(visitor.get(path, headers={"If-None-Match": tag}))) == 3


def test_what_is_kept_is_never_older_than_what_is_asked(cast, visitor):
    post = coming(cast.amina, cast.ess)
    path = f"/groupes/{cast.ess.slug}/agenda.ics"
    assert titles_in(visitor.get(path)) == titles_in(visitor.get(path)) == ["Chauffer moins"]
    with atomic():
        post.details.cancelled_at = clock.now()
        post.details.revision += 1
        edit_post(cast.amina, post, draft_of(Kind.WEBINAR, title="Chauffer autrement"))
    (event,) = icalendar.Calendar.from_ical(visitor.get(path).text).events
    assert (str(event["SUMMARY"]), event["STATUS"]) == ("Chauffer autrement", "CANCELLED")
    assert event["SEQUENCE"] == post.revision


def test_a_private_group_is_read_by_the_private_address_of_a_member_alone(cast, browser, visitor):
    coming(cast.amina, cast.private, "Entre nous")
    path = f"/groupes/{cast.private.slug}/agenda.ics"
    for client in (visitor, browser(cast.driss)):
        assert client.get(path).status_code == 404
    own = address_of(browser(cast.chloe))
    program = visitor
    assert titles_in(program.get(own)) == ["Entre nous"]
    assert titles_in(program.get(f"{own}?groupe={cast.private.slug}")) == ["Entre nous"]
    others = address_of(browser(cast.driss))
    assert titles_in(program.get(others)) == []
    assert program.get(f"{others}?groupe={cast.private.slug}").status_code == 404
    with atomic():
        leave_group(cast.chloe, cast.private)
    assert titles_in(program.get(own)) == []
    assert program.get(f"{own}?groupe={cast.private.slug}").status_code == 404


def test_an_address_is_shown_once_kept_as_a_digest_and_ends_when_it_is_revoked(
    cast, browser, visitor
):
    chloe = browser(cast.chloe)
    own = address_of(chloe)
    key = own.removeprefix("/agenda/").removesuffix(".ics")
    assert key not in chloe.get(SUBSCRIPTIONS).text
    (row,) = db.session.query(PrivateAddress)
    assert key.encode() not in row.digest
    answer = visitor.get(own)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")
    assert "private" in answer.headers["Cache-Control"]
    assert "Lue par un agenda" in chloe.get(SUBSCRIPTIONS).text
    stranger = browser(cast.driss).send(f"{SUBSCRIPTIONS}/{row.id}/revoquer")
    assert (stranger.status_code, visitor.get(own).status_code) == (404, 200)
    assert chloe.send(f"{SUBSCRIPTIONS}/{row.id}/revoquer").status_code == 303
    assert visitor.get(own).status_code == visitor.get("/agenda/faux.ics").status_code == 404


def test_the_log_of_an_error_holds_neither_the_key_nor_what_was_asked_with_it(
    cast, app, browser, visitor, caplog, monkeypatch
):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    own = address_of(browser(cast.chloe))
    app.logger.addHandler(caplog.handler)
    try:
        with without_table("placement"):
            assert visitor.get(own).status_code == 500
    finally:
        app.logger.removeHandler(caplog.handler)
    assert "Exception on /agenda/<key>.ics [GET]" in caplog.text
    assert own.removeprefix("/agenda/").removesuffix(".ics") not in caplog.text
    assert "[SQL parameters hidden" in caplog.text


def test_a_new_password_or_the_end_of_an_account_ends_its_addresses(cast, browser, visitor):
    own = address_of(browser(cast.chloe))
    with atomic():
        cast.chloe.fs_uniquifier = "another"
    assert visitor.get(own).status_code == 404
    other = address_of(browser(cast.driss))
    with atomic():
        erase_member(cast.driss)
    assert visitor.get(other).status_code == 404
    assert db.session.query(PrivateAddress).filter_by(member_id=cast.driss.id).count() == 0


def test_registering_makes_one_busy_and_brings_what_is_in_other_groups(cast, browser, visitor):
    elsewhere = make_group(cast.amina, "Ailleurs", visibility="public")
    post = coming(cast.amina, elsewhere, "Loin d’ici")
    coming(cast.amina, cast.ess, "Chez nous")
    own = address_of(browser(cast.chloe))
    assert titles_in(visitor.get(own)) == ["Chez nous"]
    with atomic():
        registration = register(cast.chloe, post, RegistrationInput())
    events = icalendar.Calendar.from_ical(visitor.get(own).text).events
    assert {str(each["SUMMARY"]): each.get("TRANSP") for each in events} == {
        "Chez nous": "TRANSPARENT",
        "Loin d’ici": None,
    }
    assert titles_in(visitor.get(f"{own}?quoi=inscriptions")) == ["Loin d’ici"]
    with atomic():
        cancel_registration(registration, CancelledBecause.BY_PERSON)
    assert titles_in(visitor.get(own)) == ["Chez nous"]


def test_a_program_costs_few_statements_for_what_it_has(cast, browser, visitor, count_queries):
    for number in range(5):
        coming(cast.amina, cast.ess, f"Numéro {number}")
    own = address_of(browser(cast.chloe))
    tag = visitor.get(own).headers["ETag"]
    with count_queries() as counted:
        assert visitor.get(own, headers={"If-None-Match": tag}).status_code == 304
    assert counted.count <= 3
