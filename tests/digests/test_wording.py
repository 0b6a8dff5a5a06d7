"""The sentences of a digest: both parts greet, date, explain and sign alike."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape

import pytest
from flask import Flask

from grandequipe.core import clock
from grandequipe.core.mail import MailState
from grandequipe.core.transactions import atomic
from grandequipe.digests.services.wording import greeting_name
from grandequipe.feed.models.posts import Kind
from grandequipe.members.models import Member, Organisation
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_comment, make_post

Send = Callable[[datetime], list[MailState]]
PARTS = ("plain", "html")


def parts(mail: EmailMessage) -> list[str]:
    """Read both parts as a person would: without tags, on single spaces."""
    return [read(mail, part) for part in PARTS]


def read(mail: EmailMessage, part: str) -> str:
    content = str(mail.get_body((part,)).get_content())
    if part == "html":
        content = unescape(re.sub(r"<(style|head).*?</\1>|<[^>]+>", "", content, flags=re.S))
    return re.sub(r"[ \r\n\t]+", " ", content)


def in_order(text: str, *wanted: str) -> None:
    """Find each after the one before it."""
    for each in wanted:
        before, found, text = text.partition(each)
        assert found, f"{each!r} is not in {before!r}"


def webinar_of(author: Member, group: object, start: datetime, hours: float, **fields: object):
    times = {"starts_at": start, "ends_at": start + timedelta(hours=hours)}
    return make_post(author, group, Kind.WEBINAR, **times, **fields)


def test_both_parts_say_the_same_in_the_same_order(
    app: Flask, cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], legal_publisher="Association Relais")
    start = datetime(2049, 12, 3, 13, 0, tzinfo=UTC)
    with atomic():
        cast.amina.organisation = Organisation(name="Régie & Cie")
    webinar_of(
        *(cast.amina, cast.ess, start, 1.5),
        title="Visio",
        body_html="<p>On en parle ensemble.</p>",
        join_url="https://visio.example.org/a",
    )
    make_post(cast.amina, cast.ess, Kind.CALL, title="Appel à projets",
              deadline=datetime(2049, 12, 14, 23, 0, tzinfo=UTC))  # fmt: skip
    make_comment(cast.bruno, make_post(cast.amina, cast.ess, title="L’un & l’autre"))
    send(monday)
    [mail] = sink.to(cast.chloe.email)
    by_amina = "Amina Belkacem, Régie & Cie"
    for text in parts(mail):
        in_order(
            text,
            "Grande Équipe",
            "Bonjour Chloé,",
            "Voici 3 nouvelles publications d’ESS Quartiers\u00a0:"
            " 1 webinaire, 1 appel et 1 actualité. Bonne lecture\u202f!",
            "Visio",
            "Vendredi 3 décembre 2049, de 14\u00a0h à 15\u00a0h\u00a030",
            "On en parle ensemble.",
            f"{by_amina} · ESS Quartiers",
            "Appel à projets",
            "Jusqu’au mardi 14 décembre 2049 à minuit",
            by_amina,
            "L’un & l’autre",
            "Actualité",
            "Vous recevez cette lettre parce que",
            "La recevoir moins souvent ou se désabonner",
            "Grande Équipe, Association Relais",
        )
    text, html = (mail.get_body((part,)).get_content() for part in PARTS)
    assert "&amp;" not in text
    assert "https://visio.example.org/a" not in text + html
    assert "Pour participer : http" in text.replace("\u00a0", " ")
    assert re.search(r'/salle"[^>]*>Rejoindre le webinaire</a>', html)
    assert re.search(r'/publications/\d+\.ics"[^>]*>Ajouter à mon agenda</a>', html)
    assert re.search(r"Ajouter à mon agenda\s: http\S+\.ics\s", text)
    assert "1 commentaire</a>" in html
    assert text.rstrip().endswith("– http://localhost/")
    links = re.findall(r"http\S+/publications/\d+(?=-)", text)
    assert len(links) == 3
    assert links == list(dict.fromkeys(re.findall(r'http[^\s"#]+/publications/\d+(?=-)', html)))


def test_the_digest_has_the_date_of_its_reader_s_clock(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    """At 23:30 in Paris it is the next day in La Réunion already."""
    make_post(cast.amina, cast.ess)
    with atomic():
        cast.chloe.time_zone, cast.bruno.locale = "Indian/Reunion", "en"
    with clock.travel(datetime(2026, 12, 7, 22, 30, tzinfo=UTC)):
        send(clock.now())
    for member, day in ((cast.chloe, "mardi 8 décembre"), (cast.bruno, "Monday 7 December")):
        [mail] = sink.to(member.email)
        assert [day in text for text in parts(mail)] == [True, True]


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Paris", "Jusqu’au mardi 14 décembre 2049 à minuit"),
        ("Indian/Reunion", "Jusqu’au mercredi 15 décembre 2049 à 3\u00a0h (heure de La Réunion)"),
        ("America/Martinique", "Jusqu’au mardi 14 décembre 2049 à 19\u00a0h (heure de Martinique)"),
    ],
)
def test_a_call_closes_on_the_reader_s_own_clock(
    cast: Cast, monday: datetime, send: Send, sink: MailServer, zone: str, said: str
) -> None:
    """B1: the hour is said, and whose it is where the author of the call lives by another."""
    make_post(cast.amina, cast.ess, Kind.CALL, deadline=datetime(2049, 12, 14, 23, 0, tzinfo=UTC))
    with atomic():
        cast.chloe.time_zone = zone
    send(monday + timedelta(days=1))
    [mail] = sink.to(cast.chloe.email)
    for text in parts(mail):
        assert said in text
        assert text.count("(heure") == (zone != "Europe/Paris")


def test_texts_of_members_have_their_own_direction_and_language(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    """B13: an Arabic title turns nothing round but itself, and is read by an Arabic voice."""
    make_post(cast.amina, cast.ess, title="مرحبا بكم", body_html="<p>اهلا</p>", language="ar")
    with atomic():
        cast.amina.display_name = "أمينة"
    send(monday)
    [mail] = sink.to(cast.chloe.email)
    text, html = (mail.get_body((part,)).get_content() for part in PARTS)
    assert "* \u2068مرحبا بكم\u2069" in text
    for text in ("مرحبا بكم", "اهلا"):
        [around] = re.findall(rf"<(?:h3|p)( [^>]*)><a [^>]*>{text}</a></(?:h3|p)>", html)
        assert ('lang="ar"' in around, 'dir="auto"' in around) == (True, True)
    assert "\u2068أمينة\u2069" in html


def test_webinars_and_calls_are_ordered_by_due_date_and_those_over_come_last(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    now = clock.now()
    for title, days in (("Tard", 40), ("Tôt", 20)):
        make_post(cast.amina, cast.ess, Kind.CALL, title=title, deadline=now + timedelta(days=days))
    with clock.travel(now - timedelta(days=2)):
        closed = now - timedelta(days=1)
        make_post(cast.amina, cast.ess, Kind.CALL, title="Fermé", deadline=closed)
    make_post(cast.amina, cast.ess, title="Une nouvelle")
    for days in range(6):
        webinar_of(cast.amina, cast.ess, now + timedelta(days=30 - days), 1, title=f"Visio {days}")
    send(now + timedelta(days=8))
    for text in parts(sink.to(cast.chloe.email)[0]):
        shown = text.partition("Bonne lecture")[2]
        in_order(shown, *(f"Visio {days}" for days in (5, 4, 3, 2, 1, 0)), "Tôt", "Tard")
        in_order(shown, "Visio 2", "ESS Quartiers", "Visio 1", "Tôt", "Tard", "Une nouvelle",
                 "Fermé", "Clos depuis le")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Lucas Martin", "Lucas"),
        ("Lucas MARTIN", "Lucas"),
        ("Marie-Claire de la Tour", "Marie-Claire"),
        ("Éloïse", "Éloïse"),
        ("MARTIN Lucas", "MARTIN Lucas"),
        ("Mme Martin", "Mme Martin"),
        ("J. Martin", "J. Martin"),
        ("Le Guen", "Le Guen"),
        ("Association Graines de Cité", "Association Graines de Cité"),
        ("أمينة بن", "\u2068أمينة بن\u2069"),
        ("evil.com", "evil. com"),
    ],
)
def test_a_person_is_greeted_by_the_first_name_where_it_is_plain(name: str, greeted: str) -> None:
    assert greeting_name(name) == greeted
