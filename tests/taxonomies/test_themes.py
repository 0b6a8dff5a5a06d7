"""Themes are those of Programme 147, with the tags of the ESS beside them."""

import json

from flask import Flask

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.taxonomies.models import ThemeFamily
from grandequipe.taxonomies.queries import find_themes, list_themes
from grandequipe.taxonomies.services import THEMES, load_themes


def load() -> None:
    """Load the themes of this version."""
    with atomic():
        load_themes(json.loads(THEMES.read_text(encoding="utf-8")))


def test_six_families_then_the_tags(app: Flask) -> None:
    load()
    themes = list_themes()
    official = [theme for theme in themes if theme.family is ThemeFamily.CITY_POLICY]
    assert [theme.name for theme in official if theme.parent is None] == [
        "Éducation",
        "Accès aux droits",
        "Cadre de vie, sociabilité et transitions",
        "Jeunesse, culture, sports, loisirs",
        "Emploi et développement économique",
        "Soutien aux acteurs",
    ]
    assert [theme.name for theme in themes if theme not in official][:2] == [
        "Action sociale",
        "Mobilité",
    ]


def test_a_theme_follows_its_family(app: Flask) -> None:
    load()
    names = [theme.name for theme in list_themes()]
    assert names.index("Santé") == names.index("Accès aux droits") + 1


def test_what_an_operator_reworded_stays(app: Flask) -> None:
    load()
    with atomic():
        find_themes(["sante"])[0].name = "Santé et bien-être"
    load()
    db.session.expire_all()
    assert [theme.name for theme in find_themes(["sante"])] == ["Santé et bien-être"]


def test_each_theme_has_an_english_name_until_an_operator_rewords_it(app: Flask) -> None:
    load()
    assert [theme.slug for theme in list_themes() if not theme.name_en] == []
    with atomic():
        for slug, name in (("sante", "Santé et bien-être"), ("emploi", "Emploi")):
            theme = find_themes([slug])[0]
            theme.name, theme.name_en = name, None
    load()
    db.session.expire_all()
    assert find_themes(["sante"])[0].named_in("en") == ("Santé et bien-être", "fr")
    assert find_themes(["emploi"])[0].named_in("en") == ("Jobs", "en")
    assert find_themes(["emploi"])[0].named_in("fr") == ("Emploi", "fr")
