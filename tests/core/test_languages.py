"""Issue entry B13's companion: which languages a text may be in, and what is made of a choice."""

import pytest

from grandequipe.core.languages import (
    COMMON,
    known_languages,
    language_error,
    language_name,
    plausible_language,
)


@pytest.mark.parametrize("tag", [None, "", "fr", "ar", "pt-BR", "zh-Hant", "snk", "kab"])
def test_a_language_of_the_world_or_none_is_taken(app: object, tag: str | None) -> None:
    assert language_error(tag) is None


@pytest.mark.parametrize(
    "tag", ["x", "xx", "français", "FR", "fr_FR", "fr-", "fr-" + "a" * 99, "qq-fr", '"><script>']
)
def test_what_names_no_language_is_refused(app: object, tag: str) -> None:
    assert language_error(tag)


def test_each_common_language_has_a_name_in_both_languages_of_the_pages() -> None:
    assert COMMON.keys() <= known_languages()
    for locale in ("fr", "en"):
        assert [tag for tag in COMMON if language_name(tag, locale).split(" – ")[0] == tag] == []
    assert language_name("ar", "fr") == "arabe – العربية"
    assert language_name("fr", "fr") == "français"


@pytest.mark.parametrize(
    ("chosen", "words", "kept"),
    [
        ("fr", "<p>Bonjour à tous</p>", "fr"),
        ("fr", "<p>اجتماع الجيران</p>", None),
        ("en", "<p>Соседи</p>", None),
        ("ar", "<p>اجتماع الجيران</p>", "ar"),
        ("ar", "Choukrane", "ar"),
        ("fr", "2026", "fr"),
        ("", "Bonjour", None),
        (None, "Bonjour", None),
    ],
)
def test_a_language_chosen_beforehand_gives_way_to_another_alphabet(
    chosen: str | None, words: str, kept: str | None
) -> None:
    assert plausible_language(chosen, words) == kept
