"""Registering by the pages: members by one press, visitors by name and address."""

import re
from collections.abc import Callable
from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.mail import OutgoingMail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Webinar, WebinarDetails
from grandequipe.members.models import Member
from grandequipe.webinars import services
from grandequipe.webinars.models import (
    CancelledBecause,
    QuestionInput,
    QuestionKind,
    RegistrationState,
    SettingsInput,
)
from grandequipe.webinars.queries import find_registration
from grandequipe.webinars.services.mails import render_registration_mail
from tests.conftest import Visitor
from tests.factories import Cast
from tests.webinars.conftest import MakeWebinar, register, states_of

Browser = Callable[[Member], Visitor]
GOING, WAITING, OFFERED, REPLAY, CANCELLED, UNCONFIRMED = (
    RegistrationState.GOING,
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
    RegistrationState.REPLAY,
    RegistrationState.CANCELLED,
    RegistrationState.UNCONFIRMED,
)


def page_of(webinar: Webinar) -> str:
    """Give the address of the form."""
    return f"/publications/{webinar.id}/inscription"


def links_in_mails(kind: str) -> list[str]:
    """Send what waits in the outbox, and read the links of registrations in mails of a kind."""
    links = []
    for mail in db.session.query(OutgoingMail).filter_by(kind=f"webinar_{kind}").order_by("id"):
        message = _text_of(mail.id)
        found = re.search(r"/inscriptions/[\w.-]+", message)
        assert found, message
        links.append(found.group())
    return links


def _text_of(mail_id: int) -> str:
    mail = render_registration_mail(mail_id)
    db.session.rollback()
    return mail.text if mail else ""


def test_a_member_registers_with_one_press_and_cancels_it(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar, chloe = make_webinar(capacity=2), browser(cast.chloe)
    post = f"/publications/{webinar.id}"
    page = chloe.get(post, follow_redirects=True).text
    assert f'action="{page_of(webinar)}"' in page
    response = chloe.send(page_of(webinar), {"mode": "seat", "quick": "1"})
    assert response.status_code == 303
    assert states_of(webinar) == {"Chloé": GOING}
    page = chloe.get(post, follow_redirects=True).text
    assert "une place vous est réservée" in page
    chloe.send(f"{page_of(webinar)}/annuler", {"quick": "1"})
    assert states_of(webinar) == {"Chloé": CANCELLED}


def test_the_card_registers_and_says_who_is_registered(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar, visitor: Visitor
) -> None:
    webinar, chloe = make_webinar(), browser(cast.chloe)
    for path in ("/", "/groupes/ess-quartiers"):
        assert f'action="{page_of(webinar)}"' in chloe.get(path).text
    assert f'href="{page_of(webinar)}"' in visitor.get("/groupes/ess-quartiers").text
    back = {"Referer": "http://localhost/groupes/ess-quartiers"}
    sent = chloe.send(page_of(webinar), {"mode": "seat", "quick": "1"}, headers=back)
    assert sent.location == "/groupes/ess-quartiers"
    for path in ("/", "/groupes/ess-quartiers"):
        assert f'action="{page_of(webinar)}/annuler"' in chloe.get(path).text
    past = make_webinar(starts_at=clock.now() - timedelta(days=2))
    assert page_of(past) not in chloe.get("/groupes/ess-quartiers").text


def test_a_visitor_confirms_by_mail_and_takes_no_place_before(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    person = {"mode": "seat", "name": "Nadia Ferrand", "email": "nadia@ferrand.example"}
    sent = visitor.send(page_of(webinar), person)
    assert sent.location == f"{page_of(webinar)}/merci"
    assert "Encore une étape" in visitor.get(sent.location).text
    assert states_of(webinar) == {"Nadia": UNCONFIRMED}
    register(cast.chloe, webinar)
    (link,) = links_in_mails("confirm")
    assert "Confirmer mon inscription" in visitor.get(link).text
    assert states_of(webinar) == {"Nadia": UNCONFIRMED, "Chloé": GOING}
    visitor.send(f"{link}/confirmer")
    assert states_of(webinar) == {"Nadia": WAITING, "Chloé": GOING}
    own = find_registration(webinar.id, cast.chloe)
    assert own
    with atomic():
        services.cancel_registration(own, CancelledBecause.BY_PERSON)
    (offer,) = links_in_mails("offered")
    assert "Accepter la place" in visitor.get(offer).text
    visitor.send(f"{offer}/accepter")
    assert states_of(webinar) == {"Nadia": GOING, "Chloé": CANCELLED}


def test_an_offer_is_declined_from_the_mail(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    first = register(cast.chloe, webinar)
    for each in (cast.bruno, cast.driss):
        register(each, webinar)
    with atomic():
        services.cancel_registration(first, CancelledBecause.BY_PERSON)
    (offer,) = links_in_mails("offered")
    visitor.send(f"{offer}/refuser")
    assert states_of(webinar) == {"Chloé": CANCELLED, "Bruno": CANCELLED, "Driss": OFFERED}
    visitor.send(f"{offer}/accepter")
    assert "Cette place ne vous est plus proposée" in visitor.get(offer).text
    assert states_of(webinar)["Bruno"] is CANCELLED


def test_a_members_mailbox_registers_the_member(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar()
    person = {"mode": "seat", "name": "Chloé D.", "email": cast.chloe.email}
    assert visitor.send(page_of(webinar), person).location == f"{page_of(webinar)}/merci"
    (link,) = links_in_mails("confirm")
    visitor.send(f"{link}/confirmer")
    own = find_registration(webinar.id, cast.chloe)
    assert own
    assert own.state is GOING
    assert own.email is None


def test_nobody_learns_by_the_form_who_is_registered(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar()
    person = {"mode": "seat", "name": "Nadia Ferrand", "email": "nadia@ferrand.example"}
    first = visitor.send(page_of(webinar), person)
    (link,) = links_in_mails("confirm")
    visitor.send(f"{link}/confirmer")
    again = visitor.send(page_of(webinar), person | {"name": "Autre nom"})
    assert (again.status_code, again.location) == (first.status_code, first.location)
    assert states_of(webinar) == {"Nadia": GOING}


def test_a_program_that_fills_in_everything_registers_nobody(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar()
    person = {"name": "Nadia", "email": "nadia@ferrand.example", "website": "https://x.example"}
    assert visitor.send(page_of(webinar), person).status_code == 303
    assert states_of(webinar) == {}


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar()
    for person, field in (
        ({"name": "", "email": "nadia@ferrand.example"}, "name"),
        ({"name": "https://x.example", "email": "nadia@ferrand.example"}, "name"),
        ({"name": "Nadia Ferrand", "email": "nadia"}, "email"),
    ):
        response = visitor.send(page_of(webinar), person)
        assert response.status_code == 422
        assert f'id="{field}-error"' in response.text
        assert all(not typed or f'value="{typed}"' in response.text for typed in person.values())


def test_visitors_and_outsiders_find_no_registration_of_a_private_group(
    cast: Cast, browser: Browser, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(group=cast.private)
    for client in (visitor, browser(cast.driss)):
        for path in ("", "/merci"):
            assert client.get(page_of(webinar) + path).status_code == 404
        person = {"mode": "seat", "name": "Nadia", "email": "nadia@ferrand.example"}
        assert client.send(page_of(webinar), person).status_code == 404
    assert states_of(webinar) == {}


def test_the_organisers_questions_are_asked_and_answered(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar, amina, chloe = make_webinar(), browser(cast.amina), browser(cast.chloe)
    questions = f"/publications/{webinar.id}/inscriptions/questions"
    for question in (
        {"label": "Votre structure ?", "kind": "text", "is_required": "y"},
        {"label": "Un repas ?", "kind": "yes_no"},
        {"label": "Quel atelier ?", "kind": "choice", "choices": "Emploi\nLogement"},
    ):
        assert amina.send(questions, question).status_code == 303
    wrong = amina.send(questions, {"label": "Seul choix", "kind": "choice", "choices": "Un"})
    assert wrong.status_code == 422
    assert 'id="choices-error"' in wrong.text
    pressed = chloe.send(page_of(webinar), {"mode": "seat", "quick": "1"})
    assert pressed.status_code == 422
    assert "Votre structure ?" in pressed.text
    answers = {"mode": "seat", "answer_1": "Régie du Nord", "answer_2": "no", "answer_3": "Emploi"}
    assert chloe.send(page_of(webinar), answers | {"answer_3": "Autre"}).status_code == 422
    assert chloe.send(page_of(webinar), answers).status_code == 303
    own = find_registration(webinar.id, cast.chloe)
    assert own
    assert list(own.answers.values()) == ["Régie du Nord", False, "Emploi"]
    listed = amina.get(f"/publications/{webinar.id}/inscriptions").text
    assert "Régie du Nord" in listed
    assert "Chloé Dumas" in listed


def test_at_most_eight_questions_are_asked(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar, amina = make_webinar(), browser(cast.amina)
    with atomic():
        for number in range(8):
            services.add_question(cast.amina, webinar, QuestionInput(f"Question {number} ?"))
    path = f"/publications/{webinar.id}/inscriptions/questions"
    refused = amina.send(path, {"label": "Une neuvième ?", "kind": "text"})
    assert refused.status_code == 422
    assert "Une neuvième ?" in refused.text


def test_a_question_added_later_is_mailed_to_those_registered_and_answered_from_the_mail(
    cast: Cast, visitor: Visitor, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar()
    register(cast.chloe, webinar)
    with atomic():
        services.add_question(cast.amina, webinar, QuestionInput("Un repas ?", QuestionKind.YES_NO))
    (link,) = links_in_mails("question")
    assert "Un repas ?" in visitor.get(f"{link}/reponses").text
    visitor.send(f"{link}/reponses", {"answer_1": "yes"})
    own = find_registration(webinar.id, cast.chloe)
    assert own
    assert list(own.answers.values()) == [True]


def test_an_organisation_comes_with_as_many_as_the_organiser_allows(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar, chloe = make_webinar(capacity=5), browser(cast.chloe)
    with atomic():
        services.change_settings(cast.amina, webinar, SettingsInput(most_places=3))
    assert chloe.send(page_of(webinar), {"mode": "seat", "places": "4"}).status_code == 422
    assert chloe.send(page_of(webinar), {"mode": "seat", "places": "3"}).status_code == 303
    own = find_registration(webinar.id, cast.chloe)
    assert own
    assert own.places == 3


def test_a_manager_chosen_by_the_author_reads_the_list(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar, chloe = make_webinar(), browser(cast.chloe)
    path = f"/publications/{webinar.id}/inscriptions"
    assert chloe.get(path).status_code == 403
    amina = browser(cast.amina)
    assert "Chloé Dumas" in amina.get(f"{path}/reglages?q=chlo").text
    amina.send(f"{path}/responsable", {"manager": str(cast.chloe.id)})
    assert chloe.get(path).status_code == 200
    amina.send(f"{path}/responsable", {"manager": ""})
    assert chloe.get(path).status_code == 403


def test_an_organiser_cancels_a_registration_and_the_next_gets_the_place(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar, other = make_webinar(capacity=1), make_webinar()
    own = register(cast.chloe, webinar)
    register(cast.driss, webinar)
    elsewhere = register(cast.chloe, other)
    amina = browser(cast.amina)
    path = f"/publications/{webinar.id}/inscriptions"
    assert amina.send(f"{path}/{elsewhere.id}/annuler").status_code == 404
    assert amina.send(f"{path}/{own.id}/annuler").status_code == 303
    assert states_of(webinar) == {"Chloé": CANCELLED, "Driss": OFFERED}


def test_no_place_is_kept_once_a_webinar_is_cancelled(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    webinar = make_webinar(capacity=1)
    register(cast.chloe, webinar)
    chloe, kept = browser(cast.chloe), "une place vous est réservée"
    page = chloe.get(f"/publications/{webinar.id}").text
    assert kept in page
    assert "Complet" in page
    with atomic():
        db.session.query(WebinarDetails).filter_by(post_id=webinar.id).update(
            {"cancelled_at": clock.now()}
        )
    page = chloe.get(f"/publications/{webinar.id}").text
    assert kept not in page
    assert "Complet" not in page


def test_closed_past_and_cancelled_webinars_take_nobody(
    cast: Cast, browser: Browser, make_webinar: MakeWebinar
) -> None:
    chloe = browser(cast.chloe)
    closed, past, cancelled = (
        make_webinar(),
        make_webinar(starts_at=clock.now() - timedelta(days=2)),
        make_webinar(),
    )
    with atomic():
        services.change_settings(cast.amina, closed, SettingsInput(is_open=False))
        db.session.query(WebinarDetails).filter_by(post_id=cancelled.id).update(
            {"cancelled_at": clock.now()}
        )
    for webinar, status in ((closed, 403), (past, 409), (cancelled, 409)):
        assert chloe.send(page_of(webinar), {"mode": "seat"}).status_code == status
        assert chloe.get(page_of(webinar)).status_code == 200
        assert states_of(webinar) == {}
