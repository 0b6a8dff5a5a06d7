"""Whom a group has banned or removed, and what strangers can have the site send."""

from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.services import ban_member, leave_group
from grandequipe.members.models import Member
from grandequipe.members.services import suspend
from grandequipe.webinars.models import MOST_QUESTIONS, RegistrationSettings, RegistrationState
from grandequipe.webinars.queries import list_questions
from grandequipe.webinars.services.links import registration_url
from tests.factories import Cast
from tests.notifications.dispatching import run_pending_handlers
from tests.webinars.conftest import MakeWebinar, register, states_of
from tests.webinars.mailing import send_waiting, text_of

GOING, CANCELLED, OFFERED = (
    RegistrationState.GOING,
    RegistrationState.CANCELLED,
    RegistrationState.OFFERED,
)
ROOM = "https://visio.example.org/salle-4711"


def test_whom_a_public_group_bans_loses_the_place_and_reads_why(
    cast: Cast, make_webinar: MakeWebinar, sink
) -> None:
    webinar = make_webinar(capacity=2)
    for each in (cast.chloe, cast.driss, cast.bruno):
        register(each, webinar)
    send_waiting(sink)
    with atomic():
        for each in (cast.chloe, cast.driss):
            ban_member(cast.amina, cast.ess, each, "Insultes répétées.")
    run_pending_handlers()
    assert states_of(webinar) == {"Chloé": CANCELLED, "Driss": CANCELLED, "Bruno": OFFERED}
    mails = [text_of(each) for each in send_waiting(sink)]
    answered = [each for each in mails if each.startswith("Vous n’avez plus de place")]
    assert len(answered) == 2
    assert all("banni" in each or "exclu" in each for each in answered)


def test_neither_a_banned_nor_a_suspended_person_enters_by_an_earlier_mail(
    cast: Cast, make_webinar: MakeWebinar, browser, visitor
) -> None:
    starts_at = clock.now() - timedelta(minutes=5)
    webinar = make_webinar(starts_at=starts_at, join_url=ROOM)
    pages = [registration_url(register(each, webinar)) for each in (cast.chloe, cast.driss)]
    rooms = [f"/inscriptions/{each.rpartition('/')[2]}/salle" for each in pages]
    assert [visitor.get(each).location for each in rooms] == [ROOM, ROOM]
    chloe = browser(cast.chloe)
    with atomic():
        ban_member(cast.amina, cast.ess, cast.chloe, "Insultes répétées.")
        suspend(cast.farid, cast.driss, "Insultes répétées.")
    # Before any handler has run.
    for each in rooms:
        assert ROOM not in visitor.get(each).location
    assert chloe.get(f"/publications/{webinar.id}/salle").status_code == 403


def test_who_looked_after_registrations_reads_them_no_more_once_out_of_the_group(
    cast: Cast, make_webinar: MakeWebinar, browser
) -> None:
    webinar, by_chloe = make_webinar(), make_webinar(author=cast.chloe)
    with atomic():
        db.session.add(RegistrationSettings(post_id=webinar.id, manager_id=cast.chloe.id))
    chloe = browser(cast.chloe)

    def read() -> list[int]:
        posts = (webinar.id, by_chloe.id)
        return [chloe.get(f"/publications/{each}/inscriptions").status_code for each in posts]

    assert read() == [200, 200]
    with atomic():
        leave_group(db.session.get(Member, cast.chloe.id), cast.ess)
    assert read() == [403, 200]
    with atomic():
        ban_member(cast.amina, cast.ess, cast.chloe, "Insultes répétées.")
    assert read() == [403, 403]
    assert chloe.get(f"/publications/{by_chloe.id}/annuler").status_code == 403
    assert chloe.get(f"/publications/{by_chloe.id}/inscriptions.csv").status_code == 403


def test_the_mail_to_an_unconfirmed_address_has_no_link_that_an_author_chose(
    cast: Cast, make_webinar: MakeWebinar, visitor, sink
) -> None:
    webinar = make_webinar(
        title="Gagnez sur piege.example.com",
        venue="12 rue de piege.example.com",
        venue_access="Voir piege.example.com",
        venue_map_url="https://piege.example.com/gagner",
    )
    typed = {"name": "Zoé Lang", "email": "zoe@example.net", "mode": "seat"}
    assert visitor.send(f"/publications/{webinar.id}/inscription", typed).status_code == 303
    (mail,) = send_waiting(sink)
    html = mail.get_body(("html",))
    assert html
    assert "piege.example.com" not in text_of(mail) + html.get_content() + str(mail["Subject"])


def test_questions_taken_back_do_not_mail_those_registered_without_end(
    cast: Cast, make_webinar: MakeWebinar, browser, sink
) -> None:
    webinar, amina = make_webinar(), browser(cast.amina)
    register(cast.chloe, webinar)
    send_waiting(sink)
    sink.mails.clear()
    path = f"/publications/{webinar.id}/inscriptions/questions"
    answers = []
    for number in range(1, MOST_QUESTIONS + 3):
        answers.append(amina.send(path, {"label": f"Question {number} ?", "kind": "text"}))
        asked = list_questions(webinar.id)
        if asked:
            amina.send(f"{path}/{asked[0].id}", {})
    assert [each.status_code for each in answers[-2:]] == [422, 422]
    assert "questions par jour" in answers[-1].text
    assert "Question 10 ?" in answers[-1].text
    mails = db.session.query(OutgoingMail).filter_by(kind="webinar_question")
    assert mails.count() == MOST_QUESTIONS


def test_an_address_with_a_sign_that_nobody_types_is_read_without_it(
    cast: Cast, make_webinar: MakeWebinar, browser, visitor
) -> None:
    webinar, amina = make_webinar(), browser(cast.amina)
    for path in (
        "/agenda?theme=%00",
        "/agenda?groupe=%00",
        "/agenda?groupe=ess-quartiers%00",
        f"/publications/{webinar.id}/presences?q=%00chlo",
    ):
        assert amina.get(path).status_code == 200, path
    assert visitor.get("/agenda?theme=%00&groupe=%00").status_code == 200
