"""Slugs of groups: readable, unique, and without information about hidden groups."""

import re
from collections.abc import Callable

from grandequipe.groups.models import JoinPolicy, Visibility
from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_group

Open = Callable[[Member], Visitor]
HIDDEN = {"visibility": Visibility.HIDDEN, "join_policy": JoinPolicy.INVITE}
NAME = "Budget participatif"


def test_groups_of_one_name_are_numbered(cast: Cast) -> None:
    slugs = [make_group(cast.amina, NAME).slug for _ in range(3)]
    assert slugs == ["budget-participatif", "budget-participatif-2", "budget-participatif-3"]


def test_the_address_of_a_new_group_does_not_reveal_a_hidden_one(cast: Cast, browser: Open) -> None:
    hidden = make_group(cast.amina, NAME, **HIDDEN)
    typed = {"name": NAME, "visibility": "public", "join_policy": "open"}
    answer = browser(cast.driss).send("/groupes/nouveau", typed | {"posting_policy": "members"})
    assert answer.location == "/groupes/budget-participatif"
    assert browser(cast.amina).get(f"/groupes/{hidden.slug}").status_code == 200


def test_a_hidden_group_has_an_address_that_nobody_guesses(cast: Cast) -> None:
    first, second = (make_group(cast.amina, NAME, **HIDDEN).slug for _ in range(2))
    assert re.fullmatch(r"budget-participatif-[0-9a-f]{8}", first)
    assert first != second
