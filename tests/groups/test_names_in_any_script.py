"""B10: a group with a name in any script has a slug, and is found by its name."""

import re
from typing import Any

import pytest

from tests.conftest import Visitor
from tests.factories import Cast, make_group

RULES = {"visibility": "public", "join_policy": "open", "posting_policy": "members"}
# A name, and a search for a part of it.
NAMES = [
    ("محمد", "محمد"),
    ("Соседи", "сосед"),
    ("邻里互助", "互助"),
    ("Ένωση γειτόνων", "ΓΕΙΤΌΝΩΝ"),
    ("पड़ोसी", "पड़ोसी"),
    ("이웃", "이웃"),
    ("می\u200cخواهم", "می\u200cخواهم"),
]


@pytest.mark.parametrize(("name", "typed"), NAMES, ids=[ascii(name) for name, _typed in NAMES])
def test_a_group_of_any_script_is_founded_and_found(
    cast: Cast, browser: Any, visitor: Visitor, name: str, typed: str
) -> None:
    made = browser(cast.chloe).send("/groupes/nouveau", {**RULES, "name": name})
    assert re.fullmatch(r"/groupes/groupe-[0-9a-f]{6}", made.location)
    assert "<h1" in visitor.get(made.location).text
    found = visitor.get("/groupes", query_string={"q": typed}).text
    assert name in found
    assert "ESS Quartiers" not in found


def test_two_of_one_name_have_two_addresses(app: Any, cast: Cast) -> None:
    one, other = (make_group(cast.chloe, "Соседи") for _time in range(2))
    assert one.slug != other.slug


def test_a_latin_name_keeps_its_characters_in_its_address(app: Any, cast: Cast) -> None:
    assert make_group(cast.chloe, "Régie 邻里").slug == "regie"


@pytest.mark.parametrize("name", ["🌻🌻", "!!!", "…"])
def test_a_name_of_signs_alone_is_refused_in_words(cast: Cast, browser: Any, name: str) -> None:
    refused = browser(cast.chloe).send("/groupes/nouveau", {**RULES, "name": name})
    assert refused.status_code == 422
    assert "doit contenir des lettres ou des chiffres" in refused.text


@pytest.mark.parametrize("name", [name for name, _typed in NAMES], ids=ascii)
def test_so_have_people_and_structures(cast: Cast, browser: Any, name: str) -> None:
    chloe = browser(cast.chloe)
    sent = {"display_name": name, "organisation": name}
    saved = chloe.send("/reglages/profil", sent)
    assert chloe.get(saved.location).text.count(name) > 1


def test_words_in_two_scripts_are_all_looked_for(cast: Cast, visitor: Visitor) -> None:
    make_group(cast.chloe, "Jardin Соседи")
    for q, is_found in (("jardin СОСЕДИ", True), ("jardin сосуд", False)):
        found = visitor.get("/groupes", query_string={"q": q}).text
        assert ("Jardin Соседи</a>" in found) == is_found
