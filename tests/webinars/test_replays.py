"""After a webinar: its recording, who is written to, what they say, and what is left of it."""

import io
import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from grandequipe.core import clock
from grandequipe.core.errors import Refused
from grandequipe.core.mail import MailState, OutgoingMail, deliver
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar
from grandequipe.groups.models import Group
from grandequipe.members.models import Member
from grandequipe.members.services import create_token
from grandequipe.webinars import tasks
from grandequipe.webinars.models import (
    AttendedBy,
    Registration,
    RegistrationMode,
    RegistrationState,
    ReplayInput,
)
from grandequipe.webinars.queries.replays import find_shown_replay
from grandequipe.webinars.services.links import sign_registration
from grandequipe.webinars.services.replays import save_replay
from tests.attachments.sample_files import MP4
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_member
from tests.notifications.dispatching import run_pending_handlers
from tests.webinars.conftest import MakeWebinar

VIDEO = "https://video.example.org/4711"
SRT = b"1\n00:00:01,000 --> 00:00:04,000\nBonjour\n"


@pytest.fixture
def ended(cast: Cast, make_webinar: MakeWebinar) -> Webinar:
    """Make a webinar of Amina's that ended two hours ago, with people registered to it.

    Chloé was there, and so was Farid, who asked for the recording; Bruno and a visitor had a place
    and did not come, Driss wanted the recording alone, and Élise had cancelled.
    """
    return end(cast, make_webinar)


def end(cast: Cast, make_webinar: MakeWebinar, group: Group | None = None) -> Webinar:
    now = clock.now()
    with clock.travel(now - timedelta(days=3)):
        webinar = make_webinar(starts_at=now - timedelta(hours=3), group=group)
        registered(webinar, cast.chloe, came=True)
        registered(webinar, cast.farid, came=True, wants_replay=True)
        registered(webinar, cast.bruno)
        registered(webinar, None, name="Vera", email="vera@example.net", email_key="vera@x")
        registered(webinar, cast.driss, RegistrationState.REPLAY)
        registered(webinar, make_member("Élise Roy", email="elise@example.org"), S.CANCELLED)
    return webinar


S = RegistrationState


def registered(
    webinar: Webinar,
    member: Member | None,
    state: RegistrationState = S.GOING,
    *,
    came: bool = False,
    **values: Any,
) -> Registration:
    """Write a registration."""
    mode = RegistrationMode.REPLAY if state is S.REPLAY else RegistrationMode.SEAT
    because = "by_person" if state is S.CANCELLED else None
    with atomic():
        registration = Registration(
            post_id=webinar.id,
            member_id=member.id if member else None,
            mode=mode,
            state=state,
            cancelled_because=because,
            attended_at=webinar.starts_at if came else None,
            attended_by=AttendedBy.ROOM if came else None,
            **values,
        )
        db.session.add(registration)
    return registration


def registration_of(webinar: Webinar, member: Member) -> Registration:
    return db.session.query(Registration).filter_by(post_id=webinar.id, member_id=member.id).one()


def publish(organiser: Member, webinar: Webinar, **values: Any) -> None:
    """Publish a recording by the service."""
    with atomic():
        save_replay(organiser, webinar, ReplayInput(**{"url": VIDEO, **values}))


def mails_of(task: Any, sink: MailServer) -> dict[str, EmailMessage]:
    """Run a task twice, as two workers would, and send what it wrote; by recipient, one each."""
    before = len(sink.mails)
    for _again in range(2):
        task()
    waiting = db.session.query(OutgoingMail.id).filter_by(state=MailState.PENDING)
    for (mail_id,) in waiting.order_by(OutgoingMail.id).all():
        deliver(mail_id)
    mails = sink.mails[before:]
    by_recipient = {str(mail["To"]): mail for mail in mails}
    assert len(by_recipient) == len(mails)
    return by_recipient


def test_the_recording_goes_once_to_those_who_missed_it_or_asked(cast, ended, sink, browser):
    publish(cast.amina, ended)
    mails = mails_of(tasks.post_replays, sink)
    expected = {each.email for each in (cast.bruno, cast.driss, cast.farid)} | {"vera@example.net"}
    assert set(mails) == expected
    for mail in mails.values():
        text = mail.get_body(("plain",)).get_content()
        assert "video.example.org" not in mail.as_string()
        assert "Titre webinar" in text
        assert "ni sous-titres ni transcription" in text
    [address] = re.findall(
        r"\S+/inscriptions/\S+#replay", mails["vera@example.net"].get_body(("plain",)).get_content()
    )
    assert VIDEO in browser(cast.driss).get(address.partition("localhost")[2]).text
    # Published again, or somewhere else: nobody is written to once more.
    publish(cast.amina, ended, url=f"{VIDEO}2", transcript="Bonjour.")
    assert mails_of(tasks.post_replays, sink) == {}


def test_before_its_end_nobody_sees_a_recording_or_hears_of_it(cast, make_webinar, sink, browser):
    webinar = make_webinar()
    registered(webinar, cast.driss, S.REPLAY)
    publish(cast.amina, webinar)
    assert mails_of(tasks.post_replays, sink) == {}
    assert find_shown_replay(webinar) is None
    with clock.travel(webinar.ends_at):
        assert set(mails_of(tasks.post_replays, sink)) == {cast.driss.email}


def test_an_address_that_the_author_writes_into_the_post_is_published(cast, ended, sink, browser):
    amina = browser(cast.amina)
    form = amina.get(f"/publications/{ended.id}/modifier").text
    typed = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1]
        for name in ("title", "starts_at", "ends_at")
    }
    typed |= {"body_html": "Quelques mots.", "time_zone": ended.time_zone}
    edit = f"/publications/{ended.id}/modifier"
    assert amina.send(edit, typed | {"replay_url": VIDEO}).status_code == 303
    run_pending_handlers()
    assert set(mails_of(tasks.post_replays, sink)) >= {cast.driss.email}
    assert amina.send(edit, typed | {"replay_url": ""}).status_code == 303
    run_pending_handlers()
    assert left_of(cast, ended, browser) == {}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"url": ""}, "Indiquez une adresse, ou joignez un fichier."),
        ({"url": "javascript:alert(1)"}, "Indiquez une adresse complète"),
        ({"chapters": "Sans minutage"}, "n’a pas de minutage"),
        ({"chapters": "12:30 " + "x" * 101}, "trop long pour un titre"),
        ({"chapters": "\n".join(["1:00 a"] * 101)}, "100 chapitres au plus"),
        ({"expires_on": "2020-01-01"}, "Choisissez un jour à venir."),
        ({"expires_on": "demain"}, "Indiquez une date"),
        ({"captions": (io.BytesIO(b"Bonjour"), "a.vtt")}, "pas un fichier de sous-titres"),
        ({"captions": (io.BytesIO(b"\xff\xfe\x00\x00"), "a.vtt")}, "pas un fichier de sous-titres"),
        ({"transcript": "x" * 300_001}, "300"),
    ],
)
def test_a_wrong_recording_is_said_and_what_was_typed_stays(typed, wrong, cast, ended, browser):
    sent = {"url": VIDEO, "transcript": "Ce qui fut dit"} | typed
    page = browser(cast.amina).send(
        f"/publications/{ended.id}/rediffusion", sent, content_type="multipart/form-data"
    )
    assert page.status_code == 422
    assert wrong in page.text
    assert find_shown_replay(db.session.get(Webinar, ended.id)) is None
    if "transcript" not in typed:
        assert "Ce qui fut dit" in page.text


def test_a_file_with_captions_and_chapters_is_watched_by_who_reads_the_post(
    cast, make_webinar, browser, visitor
):
    webinar = end(cast, make_webinar, cast.private)
    amina, address = browser(cast.amina), f"/publications/{webinar.id}/rediffusion"
    sent = {
        "upload": (io.BytesIO(MP4), "fête.mp4"),
        "captions": (io.BytesIO(SRT), "fête.srt"),
        "chapters": "1:02:30 Questions\n0:00 Accueil",
    }
    answer = amina.send(address, sent, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    page = browser(cast.chloe).get(f"/publications/{webinar.id}-titre-webinar").text
    assert re.findall(r'#t=(\d+)"[^>]*>([\d:]+)</a>', page) == [("0", "0:00"), ("3750", "1:02:30")]
    assert "ni sous-titres ni transcription" not in page
    [file] = set(re.findall(r'src="(/fichiers/[^"]+)"', page))
    captions = re.search(r'<track[^>]* src="([^"]+)"', page)[1]
    chloe = browser(cast.chloe)
    assert chloe.get(file, headers={"Range": "bytes=0-3"}).status_code == 206
    read = chloe.get(captions)
    assert (read.mimetype, read.text) == (
        "text/vtt",
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\nBonjour\n",
    )
    for stranger in (visitor, browser(cast.driss)):
        assert [stranger.get(each).status_code for each in (file, captions)] == [404, 404]
    assert amina.send(f"{address}/retirer").status_code == 303
    assert [chloe.get(each).status_code for each in (file, captions)] == [404, 404]
    assert left_of(cast, webinar, browser) == {}


def left_of(cast: Cast, webinar: Webinar, browser: Any) -> dict[str, str]:
    """Say what still leads to a recording, by its door."""
    with atomic():
        secret, _token = create_token(cast.chloe, "Lecture", ["read"])
    bearer = {"Authorization": f"Bearer {secret}"}
    own = sign_registration(registration_of(webinar, cast.farid))
    chloe, amina = browser(cast.chloe), browser(cast.amina)
    group = webinar.published[0].group.slug
    doors = {
        "page": chloe.get(f"/publications/{webinar.id}-titre-webinar"),
        "own": chloe.get(f"/inscriptions/{own}"),
        "settings": amina.get(f"/publications/{webinar.id}/rediffusion"),
        "form": amina.get(f"/publications/{webinar.id}/modifier"),
        "history": chloe.get(f"/publications/{webinar.id}/historique"),
        "home": chloe.get("/"),
        "group": chloe.get(f"/groupes/{group}"),
        "api": chloe.get(f"/api/v1/posts/{webinar.id}", headers=bearer),
        "list": chloe.get(f"/api/v1/groups/{group}/posts", headers=bearer),
        "versions": chloe.get(f"/api/v1/posts/{webinar.id}/history", headers=bearer),
    }
    assert {name: each.status_code for name, each in doors.items()} == dict.fromkeys(doors, 200)
    signs = ("video.example.org", "Rediffusion disponible", "<video", "sous-titres.vtt", "#t=")
    kept = db.session.execute(db.text("SELECT content::text FROM post_version")).scalars()
    texts = {name: each.text for name, each in doors.items()} | {"kept": "\n".join(kept)}
    return {name: sign for name, text in texts.items() for sign in signs if sign in text}


def test_what_is_removed_or_has_expired_leaves_no_link_behind(cast, ended, sink, browser):
    publish(cast.amina, ended, transcript="Bonjour.", chapters="0:10 Accueil")
    assert set(left_of(cast, ended, browser)) >= {"page", "own", "home", "group", "api", "kept"}
    browser(cast.amina).send(f"/publications/{ended.id}/rediffusion/retirer")
    assert left_of(cast, ended, browser) == {}
    # Removed before the mails left: none does.
    assert mails_of(tasks.post_replays, sink) == {}
    tomorrow = clock.now() + timedelta(days=1)
    publish(cast.amina, ended, expires_at=tomorrow)
    tasks.expire_replays()
    assert left_of(cast, ended, browser)
    with clock.travel(tomorrow + timedelta(minutes=1)):
        tasks.expire_replays()
        assert left_of(cast, ended, browser) == {}


def test_mails_that_wait_are_not_sent_once_the_recording_is_gone(cast, ended, sink, browser):
    publish(cast.amina, ended)
    tasks.post_replays()
    browser(cast.amina).send(f"/publications/{ended.id}/rediffusion/retirer")
    assert mails_of(tasks.post_replays, sink) == {}


def test_only_who_looks_after_a_webinar_sets_its_recording(cast, ended, browser, visitor):
    address = f"/publications/{ended.id}/rediffusion"
    codes = {
        name: browser(getattr(cast, name)).get(address).status_code
        for name in ("amina", "bruno", "chloe", "driss")
    }
    assert codes == {"amina": 200, "bruno": 200, "chloe": 403, "driss": 403}
    assert visitor.get(address).status_code in (302, 303)
    with pytest.raises(Refused):
        publish(cast.chloe, ended)


def test_who_was_there_is_thanked_once_and_says_whether_it_was_useful(cast, ended, sink, visitor):
    mails = mails_of(tasks.post_thanks, sink)
    assert set(mails) == {cast.chloe.email, cast.farid.email}
    text = mails[cast.chloe.email].get_body(("plain",)).get_content()
    [address] = re.findall(r"http://localhost(/inscriptions/\S+/avis)", text)
    assert visitor.get(address).status_code == 200
    assert opinions() == []
    wrong = visitor.send(address, {"words": "Clair"})
    assert (wrong.status_code, "Choisissez l’un des deux." in wrong.text) == (422, True)
    assert "Clair" in wrong.text
    assert visitor.send(address, {"useful": "no", "words": "Long"}).status_code == 303
    assert visitor.send(address, {"useful": "yes", "words": " Clair "}).status_code == 303
    assert opinions() == [(True, "Clair")]
    assert visitor.send(address, {"useful": "yes", "words": "x" * 201}).status_code == 422
    assert mails_of(tasks.post_thanks, sink) == {}


def opinions() -> list[tuple[bool, str | None]]:
    query = "SELECT was_useful, words FROM webinar_feedback ORDER BY registration_id"
    return [tuple(row) for row in db.session.execute(db.text(query))]


def test_the_organiser_reads_figures_from_five_answers_on(cast, ended, visitor, browser):
    people = [make_member(f"Personne{number}") for number in range(10)]
    address = f"/publications/{ended.id}/rediffusion"
    figures = []
    for number, person in enumerate(people, 1):
        registration = registered(ended, person, came=True)
        said = {"useful": "yes" if number > 1 else "no", "words": f"Mot {number}"}
        path = f"/inscriptions/{sign_registration(registration)}/avis"
        assert visitor.send(path, said).status_code == 303
        page = browser(cast.amina).get(address).text
        assert ("Mot 1" in page) is (number >= 5)
        assert ("Mot 6" in page) is (number >= 10)
        figures += re.findall(r"\d+ personnes sur \d+ disent oui", page)
    # The difference says nothing of the sixth answer.
    assert figures == [*["4 personnes sur 5 disent oui"] * 5, "9 personnes sur 10 disent oui"]
    # Nor of the change of one.
    assert visitor.send(path, {"useful": "no", "words": ""}).status_code == 303
    page = browser(cast.amina).get(address).text
    assert figures[-1] in page
    assert "Personne" not in page[page.index("feedback-title") :]


def test_who_was_there_may_still_ask_for_the_recording(cast, ended, sink, visitor):
    publish(cast.amina, ended)
    assert cast.chloe.email not in mails_of(tasks.post_replays, sink)
    path = f"/inscriptions/{sign_registration(registration_of(ended, cast.chloe))}/rediffusion"
    for _again in range(2):
        assert visitor.send(path).status_code == 303
    assert set(mails_of(lambda: None, sink)) == {cast.chloe.email}


def test_the_page_and_the_mails_lead_to_the_next_webinar(cast, ended, make_webinar, sink, browser):
    make_webinar(title="Plus tard", starts_at=clock.now() + timedelta(days=20))
    coming = make_webinar(title="La suite")
    make_webinar(title="Secret", group=cast.hidden, starts_at=clock.now() + timedelta(days=1))
    page = browser(cast.driss).get(f"/publications/{ended.id}-titre-webinar").text
    assert f"/publications/{coming.id}-la-suite" in page[page.index('id="replay"') :]
    publish(cast.amina, ended)
    text = mails_of(tasks.post_replays, sink)[cast.driss.email].get_body(("plain",)).get_content()
    assert "La suite" in text
    assert "Secret" not in text
