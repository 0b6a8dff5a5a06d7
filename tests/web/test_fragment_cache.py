"""Parts that are written once are written once for each language, and for each reader's kind."""

from grandequipe.web import fragment_cache


def test_a_part_is_written_once_for_all_who_read_one_language(visitor, browser, cast) -> None:
    fragment_cache._rendered.cache_clear()
    for client in (visitor, browser(cast.chloe)):
        for _ in range(3):
            client.get("/groupes")
    visitor.get("/groupes", headers={"Accept-Language": "en"})
    written = fragment_cache._rendered.cache_info()
    assert written.misses == 5, "one footer a language; words for visitors, members, in English"
    assert written.hits >= 7


def test_each_language_has_its_own_words(visitor) -> None:
    french = visitor.get("/groupes", headers={"Accept-Language": "fr"}).text
    english = visitor.get("/groupes", headers={"Accept-Language": "en"}).text
    assert '"cancel": "Cancel"' in english
    assert '"cancel": "Cancel"' not in french
    assert "Legal notice" in english
    assert "Legal notice" not in french
