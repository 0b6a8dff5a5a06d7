"""Content of all kinds, for scenes that check every page."""

from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.sending import Answer, Sender
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import DraftInput, Kind, ReactionName, Repeat, Webinar
from grandequipe.feed.models.inputs import SeriesInput
from grandequipe.feed.services import add_reaction, approve_post, edit_post, publish_post
from grandequipe.feed.services.drafts import save_draft, schedule_draft
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_open_request
from grandequipe.groups.services import (
    WelcomeInput,
    change_welcome,
    join_group,
    publish_charter,
    write_message,
)
from grandequipe.webhooks.models import EventKind
from grandequipe.webhooks.services.deliveries import queue_test, record_try
from grandequipe.webhooks.services.settings import WebhookInput, create_webhook
from grandequipe.webinars.models import AttendedBy, RegistrationInput, ReplayInput
from grandequipe.webinars.services import cancel_webinar, register
from grandequipe.webinars.services.attendance import note_attendance, renew_code
from grandequipe.webinars.services.links import sign_registration
from grandequipe.webinars.services.replays import save_replay
from tests.factories import Cast, draft_of, make_comment, make_group, make_post

PARIS = "Europe/Paris"
LONG_WORD = "Anticonstitutionnellement" * 3
ADDRESS = "https://example.org/" + "long/" * 30
LONG_LINK = f'<p><a href="{ADDRESS}">{ADDRESS}</a></p>'
AT_A_PLACE = {
    "join_url": "https://visio.example.org/salle",
    "venue": f"Maison du projet, {LONG_WORD}",
    "venue_access": "Accès de plain-pied.",
    "venue_map_url": ADDRESS,
}
BODY = f"<h2>{LONG_WORD}</h2><p>Des <strong>mots</strong>.</p><ul><li>Un</li></ul>{LONG_LINK}"


def draft_input(group: Group | None, key: str, title: str) -> DraftInput:
    """Make what a page saves as a draft of news."""
    content = {"title": [title], "body_html": [BODY], "body_format": ["html"]}
    group_id = group.id if group else None
    return DraftInput(
        kind=Kind.NEWS, key=key, content=content, files=(), time_zone=PARIS, group_id=group_id
    )


def make_sample_content(cast: Cast) -> dict[str, str]:
    """Make posts of all kinds, comments, a proposal and a request; return their ids by name."""
    posts = {
        kind.value: make_post(
            *(cast.amina, cast.ess, kind),
            title=f"{LONG_WORD} {kind}",
            body_html=BODY,
            language="fr",
            **(AT_A_PLACE if kind is Kind.WEBINAR else {}),
        )
        for kind in Kind
    }
    news = posts[Kind.NEWS.value]
    comment = make_comment(cast.chloe, news, LONG_WORD, language="ar")
    answer = make_comment(cast.amina, news, "Avec plaisir", reply_to=comment.id)
    make_comment(cast.bruno, posts[Kind.CALL.value])
    pending, proposed = (make_post(cast.chloe, cast.moderated) for _number in range(2))
    make_group(cast.amina, "Groupe vide", description=LONG_WORD)
    with atomic():
        add_reaction(cast.chloe, news, ReactionName.USEFUL)
        approve_post(cast.bruno, proposed, proposed.text_version)
        edit_post(cast.chloe, proposed, draft_of(title="Mieux dit", body_html=BODY))
        change_welcome(cast.amina, cast.private, WelcomeInput(questions=["Qui êtes-vous ?"]))
        join_group(cast.driss, cast.private, answers=["Un voisin."])
        request = find_open_request(cast.driss, cast.private)
        assert request is not None
        write_message(cast.bruno, request, "Bonjour, de quelle régie êtes-vous ?")
        publish_charter(cast.amina, cast.moderated, "<p>On se parle avec respect.</p>", "fr")
        save_draft(cast.chloe, draft_input(cast.ess, "a", LONG_WORD))
        draft = save_draft(cast.chloe, draft_input(cast.ess, "b", "Un titre")).draft
        schedule_draft(cast.chloe, draft, clock.now() + timedelta(days=30))
        copied = save_draft(cast.chloe, draft_input(cast.ess, "b", "Un autre titre")).draft
        homeless = save_draft(cast.chloe, draft_input(None, "c", "")).draft
    # Going on, with a code to say.
    start = clock.now() - timedelta(minutes=1)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    meeting = make_post(cast.amina, cast.ess, Kind.WEBINAR, title=LONG_WORD, **times)
    with atomic():
        for member in (cast.chloe, cast.bruno):
            register(member, meeting, RegistrationInput())
        renew_code(cast.amina, meeting)
    ended, after = make_ended_webinar(cast)
    hook, delivery = make_webhook(cast)
    drafts = {"draft": draft, "copied": copied, "homeless": homeless}
    made = {**posts, **drafts, "pending": pending, "proposed": proposed, "said": comment}
    made["meeting"] = meeting
    made["answer"], made["ended"] = answer, ended
    others = {"asker": str(cast.driss.id), "after": after, "series": str(make_series(cast))}
    others |= {"hook": str(hook), "delivery": str(delivery)}
    return others | {name: str(each.id) for name, each in made.items()}


def make_webhook(cast: Cast) -> tuple[int, int]:
    """Make a webhook to which a message was sent in vain; give both ids."""
    said = WebhookInput(LONG_WORD[:60], "https://example.org/accueil", [EventKind.POST_PUBLISHED])
    with atomic():
        hook = create_webhook(cast.amina, cast.ess, said, Sender("sample"))
        delivery = queue_test(hook)
        record_try(delivery, 180, Answer(500, f"<h1>{LONG_WORD}</h1>"))
    return hook.id, delivery


def make_ended_webinar(cast: Cast) -> tuple[Webinar, str]:
    """Make a webinar with its recording, at which Chloé was; give the token of her registration."""
    end = clock.now() - timedelta(hours=2)
    with clock.travel(end - timedelta(days=1)):
        times = {"starts_at": end - timedelta(hours=1), "ends_at": end}
        webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR, title=LONG_WORD, **times)
        assert isinstance(webinar, Webinar)
        with atomic():
            registration = register(cast.chloe, webinar, RegistrationInput())
    with atomic():
        note_attendance(registration, AttendedBy.ROOM)
        chapters = f"0:00 Accueil\n1:02:03 {LONG_WORD}"
        recording = ReplayInput(url=ADDRESS, chapters=chapters, transcript=LONG_WORD)
        save_replay(cast.amina, webinar, recording)
    return webinar, sign_registration(registration)


def make_series(cast: Cast) -> int:
    """Publish a webinar of three dates, of which one is cancelled; give the id of the series."""
    start = clock.now() + timedelta(days=3)
    weekly = SeriesInput(
        title=LONG_WORD,
        body_html=BODY,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        repeats=Repeat.WEEKLY,
        repeat_count=3,
    )
    with atomic():
        first = publish_post(cast.amina, cast.ess, weekly)
        assert isinstance(first, Webinar)
        assert first.series_id
        cancel_webinar(cast.amina, first)
    return first.series_id
