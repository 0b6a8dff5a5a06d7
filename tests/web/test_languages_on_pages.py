"""B13, and item 4: an English page reads French words with a French voice, each laid out by itself.

A table of pages and of the texts that each shows: wherever a text stands, it says its language, and
it turns round nothing beside it (WCAG 3.1.2, RGAA 8.7).
"""

import json
import re
from html import unescape

import pytest
from sqlalchemy import select

from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Post
from grandequipe.groups.services import invite_member, join_group
from grandequipe.members.services import ProfileInput, edit_profile
from grandequipe.taxonomies.models import Theme
from grandequipe.taxonomies.services import THEMES, load_themes
from tests.api.conftest import react_to_all
from tests.factories import Cast, make_comment, make_post
from tests.web.reading import Words, words_of

TITLE, BODY, SAID = "Le jardin partagé ouvre", "Venez nombreux samedi", "Quelle bonne nouvelle"
GROUP, ABOUT = "Voisins du quartier", "Nous nous retrouvons"
JOB, BIO = "Directrice du centre social", "Je cherche des bénévoles"
SPEAKERS = "Avec la régie"
STRUCTURE = "Régie du canal"

ESS = "/groupes/ess-quartiers"
PAGES = {
    "/": {TITLE, BODY, GROUP},
    ESS: {TITLE, BODY, GROUP, ABOUT},
    "/groupes": {GROUP, ABOUT},
    "/groupes?q=voisins": {GROUP, ABOUT},
    f"{ESS}/membres": {GROUP, JOB},
    f"{ESS}/notifications": {GROUP},
    f"{ESS}/publier": {GROUP},
    f"{ESS}/publier/actualite": {GROUP},
    f"{ESS}/reglages": {GROUP},
    f"{ESS}/moderation": {GROUP},
    "/groupes/petites-annonces/moderation": {TITLE, BODY},
    "/publier": {GROUP},
    "/publications/{post}": {TITLE, BODY, SAID, GROUP, ABOUT},
    "/publications/{webinar}": {TITLE, SPEAKERS, JOB},
    "/publications/{pending}": {TITLE, BODY},
    "/publications/{post}/modifier": {TITLE, GROUP},
    "/membres/{bruno}": {JOB, BIO},
    "/notifications": {TITLE, GROUP},
    "/plan-du-site": {GROUP},
}


@pytest.fixture
def places(cast: Cast) -> dict[str, int]:
    """Write French words, for Amina who reads English pages."""
    with atomic():
        cast.amina.locale = "en"
        cast.ess.name, cast.ess.description, cast.ess.language = GROUP, ABOUT, "fr"
        edit_profile(cast.bruno, ProfileInput("Bruno Castel", JOB, "", BIO, "fr"))
    words = {"title": TITLE, "body_html": f"<p>{BODY}</p><ul><li>{BODY}</li></ul>"}
    post = make_post(cast.bruno, cast.ess, language="fr", **words)
    own = make_post(cast.amina, cast.ess, language="fr", **words)
    make_comment(cast.bruno, post, SAID, language="fr")
    make_comment(cast.bruno, own, SAID, language="fr")
    webinar = make_post(
        cast.bruno, cast.ess, Kind.WEBINAR, language="fr", **words, speakers=SPEAKERS
    )
    pending = make_post(cast.chloe, cast.moderated, language="fr", **words)
    react_to_all()
    return {
        "post": own.id, "webinar": webinar.id, "pending": pending.id, "bruno": cast.bruno.id
    }  # fmt: skip


def test_what_people_wrote_says_its_language_on_every_page(cast, places, browser):
    reader = browser(cast.amina)
    found = {
        path: faults(words_of(reader.get(path.format_map(places)).text), texts)
        for path, texts in PAGES.items()
    }
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def faults(shown: list[Words], texts: set[str]) -> list[str]:
    """Say which texts a page lacks, reads in its own language, or lays out with its own words."""
    missing = [text for text in texts if not any(text in each.text for each in shown)]
    every = (TITLE, BODY, SAID, GROUP, ABOUT, JOB, BIO, SPEAKERS)
    theirs = [each for each in shown if any(text in each.text for text in every)]
    misread = [str(each) for each in theirs if each.language != "fr" or not each.is_apart]
    return [*missing, *misread]


def test_an_organisation_is_not_passed_for_english(cast, places, browser):
    with atomic():
        edit_profile(cast.bruno, ProfileInput("Bruno Castel", JOB, STRUCTURE, BIO, "fr"))
    make_comment(cast.bruno, db.session.get_one(Post, places["post"]), SAID)
    react_to_all()
    reader = browser(cast.amina)
    for path in ("/", f"{ESS}/membres", "/publications/{post}", "/membres/{bruno}"):
        shown = words_of(reader.get(path.format_map(places)).text)
        named = [each for each in shown if STRUCTURE in each.text]
        assert {(each.language, each.is_apart) for each in named} == {("", True)}, path


def test_a_notice_of_what_was_done_says_the_language_of_what_it_names(cast, places, browser):
    reader = browser(cast.amina)
    reader.send(f"/publications/{places['pending']}/publier")
    shown = words_of(reader.get("/groupes/petites-annonces/moderation").text)
    assert [each for each in shown if TITLE in each.text]
    assert faults(shown, {TITLE}) == []


# What is read of a page where no element can stand.
BARE = re.compile(r'(?:<title>|aria-label=")([^<"]*)')
NAME = "ليلى الحسن"


def test_a_name_turns_nothing_round_but_itself(cast, browser):
    with atomic():
        cast.bruno.display_name = NAME
        cast.ess.name = "جيران"
        invite_member(cast.amina, cast.private, cast.driss)
    post = make_post(cast.bruno, cast.ess, title="اجتماع", body_html="<ul><li>غدا</li></ul>")
    make_comment(cast.bruno, post, "شكرا")
    react_to_all()
    arabic = (NAME, "جيران", "اجتماع", "غدا", "شكرا")
    chloe = browser(cast.chloe)
    for path in ("/", ESS, f"/publications/{post.id}", f"{ESS}/membres", "/groupes"):
        page = chloe.get(path).text
        shown = [each for each in words_of(page) if any(word in each.text for word in arabic)]
        assert shown, path
        assert [each for each in shown if not each.is_apart] == [], path
    body = chloe.get(f"/publications/{post.id}").text
    assert '<ul dir="auto"><li>غدا</li></ul>' in body


def test_a_question_keeps_a_name_apart_in_signs(cast, browser):
    with atomic():
        cast.chloe.display_name = NAME
    page = browser(cast.amina).get(f"{ESS}/membres").text
    assert f"\u2068{NAME}\u2069" in page
    assert "\u2068Bruno" not in page


def test_a_title_and_a_label_keep_a_name_apart_in_signs(cast, browser):
    """No element can stand there: the signs of Unicode do it (TR 9, FSI and PDI)."""
    group, title = "جيران", "اجتماع"
    with atomic():
        cast.private.name = group
        for member in (cast.bruno, cast.chloe, cast.driss, cast.eva, cast.farid):
            member.display_name = NAME
    with atomic():
        join_group(cast.driss, cast.private)
        invite_member(cast.amina, cast.private, cast.farid)
    post = make_post(cast.bruno, cast.private, title=title)
    said = make_comment(cast.bruno, post, "شكرا")
    make_comment(cast.chloe, post, "شكرا", reply_to=said.id)
    here = f"/groupes/{cast.private.slug}"
    own = ("", "/membres", "/notifications", "/publier", "/publier/actualite", "/reglages")
    paths = [here + path for path in (*own, "/moderation")]
    paths += [f"/publications/{post.id}", f"/membres/{cast.bruno.id}", f"/groupes?q={group}"]
    react_to_all()
    reader, bare = browser(cast.amina), {}
    for path in paths:
        page = unescape(reader.get(path).text)
        signs = BARE.findall(page)
        named = [each for each in signs if any(word in each for word in (NAME, group, title))]
        assert named, path
        bare[path] = [
            each for each in named if re.search(f"(?<!\u2068)({NAME}|{group}|{title})", each)
        ]
    assert {path: found for path, found in bare.items() if found} == {}


def test_one_types_in_one_s_own_direction(cast, browser):
    page = browser(cast.chloe).get(f"{ESS}/publier/ressource").text
    for name in ("title", "body_html", "publisher"):
        field = page[page.index(f'id="{name}"') - 40 :].split(">", 1)[0]
        assert 'dir="auto"' in field
    assert 'dir="auto"' not in page[page.index('id="url"') - 40 :].split(">", 1)[0]


def test_themes_are_english_to_who_reads_english(cast, browser):
    with atomic():
        load_themes(json.loads(THEMES.read_text(encoding="utf-8")))
        reworded = db.session.scalar(select(Theme).where(Theme.slug == "emploi"))
        reworded.name, reworded.name_en = "Travailler", None
        load_themes(json.loads(THEMES.read_text(encoding="utf-8")))
    post = make_post(cast.chloe, cast.ess, themes=["sante", "emploi"])
    form, page = f"{ESS}/publier/actualite", f"/publications/{post.id}"
    for locale, known in (("fr", "Santé"), ("en", "Health")):
        with atomic():
            cast.chloe.locale = locale
        reader = browser(cast.chloe)
        for path in (form, page):
            said = {each.text.strip(): each.language for each in words_of(reader.get(path).text)}
            assert said[known] == locale
            assert said["Travailler"] == "fr"
    assert said.keys() >= {"Health"}
    headings = {each.text: each.language for each in words_of(reader.get(form).text)}
    assert headings["Social and solidarity economy"] == "en"
    assert headings["Access to rights"] == "en"


def test_a_preview_reads_as_the_post_will(cast, browser):
    with atomic():
        cast.chloe.locale = "en"
    sent = {"title": TITLE, "body_html": BODY, "language": "fr", "preview": "1"}
    shown = words_of(browser(cast.chloe).send(f"{ESS}/publier/actualite", sent).text)
    assert faults(shown, {TITLE, BODY}) == []


def test_who_reads_a_group_s_new_language_is_given_no_older_page(cast, browser, visitor):
    make_post(cast.chloe, cast.ess)
    for language in ("fr", "pt"):
        answer = browser(cast.amina).send(
            f"{ESS}/reglages",
            {"name": GROUP, "language": language, "visibility": "public", "join_policy": "open",
             "posting_policy": "members"},
        )  # fmt: skip
        assert answer.status_code == 303
        for reader in (visitor, browser(cast.chloe)):
            for path in (ESS, "/groupes"):
                shown = [each for each in words_of(reader.get(path).text) if each.text == GROUP]
                assert {each.language for each in shown} == {language}, path
        home = [each for each in words_of(browser(cast.chloe).get("/").text) if each.text == GROUP]
        assert {each.language for each in home} == {language}
