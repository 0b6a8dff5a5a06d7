"""Registering for the dates of a series: for one, or for all with one mail."""

from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Repeat, Webinar
from grandequipe.feed.models.inputs import SeriesInput
from grandequipe.feed.queries.series import get_series
from grandequipe.feed.services import publish_post
from grandequipe.webinars.models import QuestionInput, RegistrationState
from grandequipe.webinars.services import add_question
from tests.factories import Cast
from tests.webinars.conftest import register, states_of
from tests.webinars.mailing import quiet, send_waiting


@pytest.fixture
def series(cast: Cast) -> list[Webinar]:
    """Publish four weekly dates of Amina's, of two places each."""
    start = clock.now() + timedelta(days=5)
    series_input = SeriesInput(
        title="Le café",
        body_html="<p>On échange.</p>",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        capacity=2,
        repeats=Repeat.WEEKLY,
        repeat_count=4,
    )
    with atomic():
        first = publish_post(cast.amina, cast.ess, series_input)
    return list(get_series(first.series_id, seen_by=cast.amina).dates)


def test_a_member_registers_for_all_dates_with_one_press_and_one_mail(cast, series, browser, sink):
    with quiet(sink):
        register(cast.bruno, series[1])
        register(cast.amina, series[1])
        register(cast.chloe, series[3])
    chloe, page = browser(cast.chloe), f"/series/{series[0].series_id}"
    assert "S’inscrire à toutes les dates" in chloe.get(page).text
    for _again in range(2):
        assert chloe.send(f"{page}/inscription").status_code == 303
    states = [states_of(each)["Chloé"] for each in series]
    going, waiting = RegistrationState.GOING, RegistrationState.WAITING
    assert states == [going, waiting, going, going]
    [mail] = send_waiting(sink)
    text = mail.get_body(("plain",)).get_content()
    assert text.count("une place est à vous") == 3
    assert text.count("sur liste d’attente") == 1
    assert "S’inscrire à toutes les dates" not in chloe.get(page).text
    assert chloe.send(f"{page}/inscription/annuler").status_code == 303
    assert {states_of(each)["Chloé"] for each in series} == {RegistrationState.CANCELLED}
    [mail] = send_waiting(sink)
    assert "Vos inscriptions sont annulées" in mail["Subject"]


def test_each_date_has_its_own_places(cast, series):
    for member in (cast.amina, cast.bruno, cast.chloe):
        register(member, series[0])
    register(cast.chloe, series[2])
    assert states_of(series[0])["Chloé"] is RegistrationState.WAITING
    assert states_of(series[2]) == {"Chloé": RegistrationState.GOING}
    assert states_of(series[1]) == {}


def test_dates_that_ask_something_are_left_for_their_own_form(cast, series, browser):
    with atomic():
        add_question(cast.amina, series[2], QuestionInput("Un régime ?", is_required=True))
    chloe, page = browser(cast.chloe), f"/series/{series[0].series_id}"
    chloe.send(f"{page}/inscription")
    assert [bool(states_of(each)) for each in series] == [True, True, False, True]
    assert "posent une question" in chloe.get(page).text


def test_visitors_and_strangers_do_not_register_for_all(cast, series, visitor, browser):
    address = f"/series/{series[0].series_id}/inscription"
    assert visitor.send(address).headers["Location"].startswith("/connexion")
    assert browser(cast.eva).send(address).status_code == 303
    assert not any(states_of(each) for each in series)
