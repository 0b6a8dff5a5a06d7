"""D6: after “leave” the message says what was ended: a membership, a request or an invitation."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_invitation_by_name
from grandequipe.groups.services import (
    invite_member,
    join_group,
    leave_group,
    withdraw_invitation,
)
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast
from tests.web.reading import sentences_of

Open = Callable[[Member], Visitor]


def invite(cast: Cast, group: Group) -> None:
    with atomic():
        invite_member(cast.amina, group, cast.driss)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("chloe", "Vous avez quitté Régies de quartier."),
        ("asking", "Votre demande de rejoindre Régies de quartier est retirée."),
        ("invited", "Vous avez décliné l’invitation à rejoindre Régies de quartier."),
        ("driss", "Vous n’êtes pas membre de Régies de quartier"),
        ("eva", "Vous n’êtes pas membre de Régies de quartier"),
    ],
)
def test_a_member_who_leaves_reads_what_they_left(
    cast: Cast, browser: Open, who: str, sentence: str
) -> None:
    if who == "asking":
        with atomic():
            join_group(cast.driss, cast.private)
    if who == "invited":
        invite(cast, cast.private)
    client = browser(getattr(cast, who, cast.driss))
    answer = client.send("/groupes/regies-de-quartier/quitter")
    page = sentences_of(client.get(answer.location).text)
    assert sentence in page
    assert ("flash-info" in page) is (who in ("driss", "eva"))


def test_who_leaves_reads_that_a_change_that_waits_is_withdrawn(cast: Cast, browser: Open) -> None:
    chloe = browser(cast.chloe)
    page = sentences_of(chloe.get("/groupes/petites-annonces").text)
    assert "une modification en attente de relecture est retirée" in page
    answer = chloe.send("/groupes/petites-annonces/quitter")
    page = sentences_of(chloe.get(answer.location).text)
    assert "Vos modifications qui attendaient une relecture sont retirées." in page


def test_nobody_declines_an_invitation_that_they_do_not_have(cast: Cast, browser: Open) -> None:
    driss, path = browser(cast.driss), "/groupes/regies-de-quartier/invitations/decliner"
    driss.send(path)
    page = sentences_of(driss.get("/groupes").text)
    assert "Aucune invitation à rejoindre Régies de quartier" in page


def test_an_invitation_that_was_answered_is_not_said_to_be_withdrawn(
    cast: Cast, browser: Open
) -> None:
    invite(cast, cast.private)
    invitation = find_invitation_by_name(cast.driss, cast.private)
    assert invitation is not None
    assert invitation.group.id == cast.private.id, "read as the page was"
    with db.engine.begin() as elsewhere:
        elsewhere.execute(text("DELETE FROM invitation"))
    with atomic():
        assert withdraw_invitation(cast.amina, invitation) is False


def test_the_group_is_locked_once(cast: Cast, count_queries: Callable[[], Any]) -> None:
    with atomic(), count_queries() as counter:
        leave_group(cast.chloe, cast.private)
    locks = [each for each in counter.statements if "FOR NO KEY UPDATE" in each]
    assert len(locks) == 1
