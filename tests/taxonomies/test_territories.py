"""Territories are those of the official files, and are found by what people type."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.taxonomies.models import Territory
from grandequipe.taxonomies.queries import find_territories, list_territories_like
from grandequipe.taxonomies.services import TERRITORIES, load_territories

REGION = ("R01", "region", "Île-Neuve", None, None)
DEPARTMENT = ("D01", "department", "Val-d'Œuvre", "R01", "01")
TOWN = ("C01001", "municipality", "Saint-Élie", "D01", "01")
SEASIDE = ("C01002", "municipality", "Cœur-sur-Mer", "D01", "01")
PLACES = (REGION, DEPARTMENT, TOWN, SEASIDE)


def load(*rows: Any) -> None:
    """Load a few territories."""
    with atomic():
        load_territories(rows)


def labels(typed: str) -> list[str]:
    """Return the labels of the suggested territories."""
    return [territory.label for territory in list_territories_like(typed)]


def label_of(code: str) -> str:
    """Return a territory's present label."""
    return db.session.get_one(Territory, code, populate_existing=True).label


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("saint elie", "Saint-Élie (01)"),
        ("SAINT-ÉL", "Saint-Élie (01)"),
        ("coeur", "Cœur-sur-Mer (01)"),
        ("cœur sur", "Cœur-sur-Mer (01)"),
        ("val d'oeuvre", "Val-d'Œuvre (département)"),
        ("val d’œ", "Val-d'Œuvre (département)"),
        ("ile", "Île-Neuve (région)"),
        ("Saint-Élie (01)", "Saint-Élie (01)"),
    ],
)
def test_a_place_is_found_by_what_is_typed(app: Flask, typed: str, found: str) -> None:
    load(*PLACES)
    assert labels(typed) == [found]


def test_a_department_is_suggested_by_its_number_before_its_towns(app: Flask) -> None:
    load(*PLACES)
    assert labels("01")[0] == "Val-d'Œuvre (département)"


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "?!"])
def test_nothing_is_suggested_for_nothing(app: Flask, typed: str) -> None:
    load(*PLACES)
    assert labels(typed) == []


def test_loading_again_changes_nothing(app: Flask) -> None:
    load(*PLACES)
    before = db.session.execute(select(Territory.code, Territory.label, func.txid_current())).all()
    load(*PLACES)
    after = db.session.execute(select(Territory.code, Territory.label)).all()
    assert {row[:2] for row in before} == {tuple(row) for row in after}


def test_two_places_of_one_name_in_one_department_are_distinguished(app: Flask) -> None:
    load(*PLACES, ("C01003", "municipality", "Saint-Élie", "D01", "01"))
    assert {label_of("C01001"), label_of("C01003")} == {
        "Saint-Élie (01, C01001)",
        "Saint-Élie (01, C01003)",
    }


def test_a_town_that_got_another_code_keeps_its_posts_and_yields_its_label(app: Flask) -> None:
    load(*PLACES)
    moved = ("C01099", "municipality", "Saint-Élie", "D01", "01")
    load(REGION, DEPARTMENT, SEASIDE, moved)
    assert label_of("C01099") == "Saint-Élie (01)"
    assert label_of("C01001") == "Saint-Élie (01) · C01001"


def test_two_towns_may_swap_their_names(app: Flask) -> None:
    load(*PLACES)
    one = ("C01001", "municipality", "Cœur-sur-Mer", "D01", "01")
    other = ("C01002", "municipality", "Saint-Élie", "D01", "01")
    load(REGION, DEPARTMENT, one, other)
    assert [territory.code for territory in find_territories(["Saint-Élie (01)"])] == ["C01002"]


def test_every_commune_of_france_has_a_label_of_its_own(app: Flask) -> None:
    rows = json.loads(TERRITORIES.read_text(encoding="utf-8"))
    load(*rows)
    assert len(rows) > 34_000
    assert db.session.scalar(select(func.count(Territory.code))) == len(rows)
    assert label_of("C93006") == "Bagnolet (93)"
    assert label_of("D93") == "Seine-Saint-Denis (département)"
    assert label_of("R11") == "Île-de-France (région)"
