"""The subject of a digest opens with its strongest title."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from grandequipe.core import clock
from grandequipe.core.mail import Mail, MailState, write
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestPost, Frequency
from grandequipe.digests.services.wording import strongest_of, subject_of
from grandequipe.feed.models.posts import Kind
from tests.digests.mail_server import MailServer
from tests.factories import Cast, make_comment, make_post

Send = Callable[[datetime], list[MailState]]
NOW = datetime.fromisoformat("2026-11-30T08:00:00+01:00")
NONE = dict.fromkeys(DigestPost._fields)


def a_post(title: str = "Une nouvelle", **fields: object) -> DigestPost:
    """Make a post with defaults."""
    shared = {"kind": Kind.NEWS, "title": title, "group_slug": "ess", "group_name": "ESS Quartiers"}
    return DigestPost(**(NONE | {"comment_count": 0, "reaction_count": 0} | shared | fields))


def webinar(title: str, days: float) -> DigestPost:
    return a_post(title, kind=Kind.WEBINAR, starts_at=NOW + timedelta(days=days))


def call(title: str, days: float) -> DigestPost:
    return a_post(title, kind=Kind.CALL, deadline=NOW + timedelta(days=days))


def said(app: Flask, locale: str, *posts: DigestPost) -> str:
    with app.test_request_context(), force_locale(locale):
        return subject_of(posts, posts[0])


@pytest.mark.parametrize(
    ("posts", "strongest"),
    [
        ([a_post("a"), a_post("b")], "a"),
        ([a_post("a"), a_post("b", comment_count=1), a_post("c", reaction_count=3)], "c"),
        ([a_post("a", comment_count=40), webinar("b", 6)], "b"),
        ([webinar("a", 6), call("b", 5), webinar("c", 5.5)], "b"),
        ([a_post("a"), webinar("b", 8), call("c", 90)], "a"),
        ([webinar("b", 8)], "b"),
        # Neither what is over nor what has begun is announced.
        ([call("a", -1), webinar("b", -0.1), a_post("c")], "b"),
        ([call("a", -1), a_post("c")], "c"),
        ([call("a", -1)], "a"),
        # Of two at one instant, the newer one.
        ([webinar("a", 2), webinar("b", 2)], "a"),
    ],
)  # fmt: skip
def test_the_strongest_cannot_wait_else_is_talked_about_else_is_new(
    posts: list[DigestPost], strongest: str
) -> None:
    """D9: calls and webinars have no fixed place in the subject: what is due first opens it."""
    with clock.travel(NOW):
        assert strongest_of(posts, Frequency.WEEKLY, NOW).title == strongest


def test_urgent_is_what_would_be_over_before_the_next_digest() -> None:
    posts = [a_post("a"), webinar("b", 20), call("c", 1)]
    chosen = {frequency: strongest_of(posts[:2], frequency, NOW).title for frequency in Frequency}
    assert chosen == {"daily": "a", "weekly": "a", "never": "a", "monthly": "b"}
    assert strongest_of(posts, Frequency.DAILY, NOW).title == "c"


OTHERS = [a_post()] * 9


@pytest.mark.parametrize(
    ("locale", "posts", "subject"),
    [
        ("fr", [a_post("Mesurer sans se perdre"), *OTHERS],
         "Mesurer sans se perdre, et 9 autres nouvelles d’ESS Quartiers"),
        ("en", [a_post("Mesurer sans se perdre"), *OTHERS],
         "Mesurer sans se perdre, and 9 more posts from ESS Quartiers"),
        ("fr", [a_post("Mesurer sans se perdre")], "Mesurer sans se perdre – ESS Quartiers"),
        ("fr", [a_post("Que faire\u202f?"), a_post()],
         "Que faire\u202f? Et une autre nouvelle d’ESS Quartiers"),
        ("fr", [a_post("Une fin."), *OTHERS], "Une fin, et 9 autres nouvelles d’ESS Quartiers"),
        ("en", [a_post("Why?"), a_post()], "Why? And one more post from ESS Quartiers"),
        ("fr", [a_post("Un", group_slug="a"), *OTHERS], "Un, et 9 autres nouvelles de vos groupes"),
        ("en", [a_post("One", group_slug="a"), *OTHERS], "One, and 9 more posts from your groups"),
        ("fr", [a_post("«\u00a0Agir\u00a0» à Lyon", group_name="Jardins")] * 2,
         "«\u00a0Agir\u00a0» à Lyon, et une autre nouvelle de Jardins"),
        ("fr", [a_post("Un\u2028titre\r\nBcc: a@b.c")], "Un titre Bcc: a@b.c – ESS Quartiers"),
        ("fr", [a_post("مرحبا بكم")] * 3,
         "\u2068مرحبا بكم\u2069, et 2 autres nouvelles d’ESS Quartiers"),
        ("fr", [a_post("Bien", group_name="محمد")] * 3,
         "Bien, et 2 autres nouvelles de \u2068محمد\u2069"),
        ("fr", [a_post("100 % %(title)s {x}")], "100 % %(title)s {x} – ESS Quartiers"),
    ],
)  # fmt: skip
def test_it_opens_with_a_title(
    app: Flask, locale: str, posts: list[DigestPost], subject: str
) -> None:
    assert said(app, locale, *posts) == subject


@pytest.mark.parametrize("word", ["mot ", "x", "邻里", "👩\u200d👧", "e\u0301", "مرحبا "])
def test_it_is_short_and_one_line_of_a_header(app: Flask, word: str) -> None:
    long = a_post((word * 200).strip(), group_name=(word * 80).strip())
    subject = said(app, "fr", long, *OTHERS)
    assert "…, et 9 autres nouvelles" in subject.replace("\u2069", "")
    assert len(subject.partition(", et")[0]) <= 78
    with app.test_request_context():
        written = write(Mail("chloe@example.org", subject, "texte", "<p>texte</p>"))
    assert written.count(b"\r\nDate:") == 1


def test_the_digest_has_it_and_never_for_its_reader_s_own_post(
    cast: Cast, monday: datetime, send: Send, sink: MailServer
) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    times = {"starts_at": tomorrow, "ends_at": tomorrow + timedelta(hours=1)}
    make_post(cast.chloe, cast.ess, Kind.WEBINAR, title="Le mien", **times)
    make_post(cast.amina, cast.ess, title="Ancien et discuté")
    make_post(cast.amina, cast.ess, title="Nouveau")
    make_comment(cast.bruno, make_post(cast.amina, cast.ess, title="Commenté"))
    with atomic():
        cast.bruno.locale = "en"
    send(monday)
    subjects = [sink.to(member.email)[0]["Subject"] for member in (cast.chloe, cast.bruno)]
    assert subjects == [
        "Commenté, et 2 autres nouvelles d’ESS Quartiers",
        "Le mien, and 3 more posts from ESS Quartiers",
    ]
