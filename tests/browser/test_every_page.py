"""Every page, as everyone, wide and narrow, by light and by dark: legible, whole, and quiet.

A window itself complains of scripts that fail, of a broken content policy, and of requests to
other sites (see tests/chromium.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask_security.recoverable import generate_reset_password_token
from playwright.sync_api import Page, expect
from sqlalchemy import text

from grandequipe.core import mail
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestSubscription
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, ReactionName
from grandequipe.feed.services import add_reaction
from grandequipe.feed.views.asked import KINDS
from grandequipe.groups.services import join_group
from grandequipe.members.models import Member
from grandequipe.notifications.queries import count_unread
from tests.chromium import DESK, PHONE, OpenWindow, findings, sideways
from tests.factories import Cast, make_comment, make_group, make_post
from tests.waiting import wait_until

SMALLEST = 320
WRONG_TRIES = 5
LOOKS = ((DESK, "light"), (DESK, "dark"), (PHONE, "dark"), (PHONE, "light"))
LONG_WORD = "Anticonstitutionnellement" * 3
ADDRESS = "https://example.org/" + "long/" * 30
LONG_LINK = f'<p><a href="{ADDRESS}">{ADDRESS}</a></p>'
BODY = f"<h2>{LONG_WORD}</h2><p>Des <strong>mots</strong>.</p><ul><li>Un</li></ul>{LONG_LINK}"
ESS = "/groupes/ess-quartiers"

SOUND = {"h1": 1, "main": 1, "lang": "fr", "title": True, "icons": True}
WIDEST = """() => [...document.body.querySelectorAll('*')]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(each => each.localName + '.' + each.className).slice(0, 12).join(' ')"""

FOR_VISITORS = (
    "/",
    ESS,
    "/groupes",
    "/groupes/regies-de-quartier",
    "/connexion",
    "/inscription",
    "/confirmation",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie/{reset}",
    "/lettre/desabonnement/{leaving}",
    "/courrier",
    "/aide",
    "/accessibilite",
    "/mentions-legales",
    "/confidentialite",
    "/conditions",
    "/plan-du-site",
    "/rien",
    "/api/v1/docs",
    "/courrier/{letter}",
    "/publications/{news}",
)
FOR_MEMBERS = (
    "/",
    "/?kind=appel",
    ESS,
    f"{ESS}?kind=appel",
    f"{ESS}/membres",
    f"{ESS}/notifications",
    f"{ESS}/publier",
    *(f"{ESS}/publier/{kind}" for kind in KINDS),
    *(f"/publications/{{{kind.value}}}" for kind in Kind),
    f"{ESS}/reglages",
    "/groupes/petites-annonces/publier/actualite",
    "/groupes",
    "/groupes/nouveau",
    "/publier",
    "/membres/1",
    "/notifications",
    "/reglages",
    "/reglages/profil",
    "/reglages/preferences",
    "/reglages/mot-de-passe",
    "/reglages/verification",
    "/reglages/lettre",
    "/reglages/lettre/apercu",
)
FOR_OWNERS = (
    "/",
    "/notifications",
    f"{ESS}/membres",
    f"{ESS}/moderation",
    f"{ESS}/reglages",
    "/groupes/petites-annonces/moderation",
    "/groupes/regies-de-quartier/moderation",
    "/groupes/regies-de-quartier/membres",
    "/groupes/groupe-vide",
    "/publications/{pending}",
    "/publications/{news}/modifier",
)
FOR_NEWCOMERS = ("/", "/groupes", "/groupes/regies-de-quartier", "/notifications")
PAGES = {None: FOR_VISITORS, "chloe": FOR_MEMBERS, "amina": FOR_OWNERS, "driss": FOR_NEWCOMERS}


@pytest.fixture
def places(cast: Cast, letters_folder: Path, running_site: object) -> dict[str, str]:
    """Furnish the house with something of everything, and tell what stands where."""
    posts = {
        kind.value: make_post(
            cast.amina, cast.ess, kind, title=f"{LONG_WORD} {kind}", body_html=BODY
        )
        for kind in Kind
    }
    news = posts[Kind.NEWS.value]
    said = make_comment(cast.chloe, news, LONG_WORD)
    make_comment(cast.amina, news, "Avec plaisir", reply_to=said.id)
    make_comment(cast.bruno, posts[Kind.CALL.value])
    pending = make_post(cast.chloe, cast.moderated)
    make_group(cast.amina, "Groupe vide", description=LONG_WORD)
    with atomic():
        add_reaction(cast.chloe, news, ReactionName.USEFUL)
        join_group(cast.driss, cast.private)
        mail.send(mail.Letter("chloe@example.org", "Bienvenue", "Bonjour !", "<p>Bonjour !</p>"))
    for member in (cast.amina, cast.chloe):
        wait_until(partial(_has_news, member), "the bell rings")
    numbers = {name: str(post.id) for name, post in posts.items()}
    letter = max(path.stem for path in letters_folder.glob("*.eml"))
    return {
        **numbers,
        "pending": str(pending.id),
        "letter": letter,
        "leaving": _key_of(cast.driss),
        "reset": generate_reset_password_token(cast.bruno),
    }


@pytest.mark.parametrize("name", PAGES, ids=str)
def test_every_page_can_be_read_by_everyone(
    name: str | None, cast: Cast, places: dict[str, str], open_window: OpenWindow
) -> None:
    """Nothing that axe calls serious, nothing sideways, one h1, a title, a language."""
    window = open_window(getattr(cast, name) if name else None)
    wrong = {}
    for path in PAGES[name]:
        window.goto(path.format_map(places))
        wrong |= {f"{path} {look}": found for look, found in looks_of(window).items() if found}
    assert wrong == {}


def test_what_opens_on_a_page_can_be_read_too(cast: Cast, open_window: OpenWindow) -> None:
    """Errors after a refusal, a preview, an open menu, a question before an act, a kept draft."""
    page = open_window(cast.chloe)
    wrong = {}
    for opened, found in (
        ("errors", _refused(page)),
        ("preview", _previewed(page)),
        ("draft", _draft_offered(page)),
        ("menu", _menu_open(page)),
        ("question", _asked(page)),
    ):
        wrong |= {f"{opened} {look}": each for look, each in found.items() if each}
    assert wrong == {}


def _refused(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/publier/webinaire")
    page.locator(".form-actions button:not([name])").click()
    page.locator("[data-error-summary]").wait_for()
    return looks_of(page)


def _previewed(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/publier/actualite")
    page.fill("input[name=title]", LONG_WORD)
    page.locator("trix-editor").click()
    page.keyboard.type("Quelques mots.")
    page.locator("button[name=preview]").click()
    page.locator("#preview").wait_for()
    return looks_of(page)


def _draft_offered(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/publier/actualite")
    page.locator(".draft-offer").wait_for()
    return looks_of(page)


def _menu_open(page: Page) -> dict[str, list[str]]:
    page.goto("/")
    page.locator("summary.menu-face").click()
    return looks_of(page)


def _asked(page: Page) -> dict[str, list[str]]:
    page.goto(f"{ESS}/membres")
    page.locator('form[action$="/quitter"] button').click()
    page.get_by_role("dialog").wait_for()
    return looks_of(page)


def test_so_can_the_pages_of_what_went_wrong(cast: Cast, open_window: OpenWindow) -> None:
    """A failure of ours, for a visitor and a member; too many tries; a letter that was left."""
    make_post(cast.amina, cast.ess)
    wrong = {}
    for opened, found in (
        ("failed", _failed(open_window())),
        ("failed me", _failed(open_window(cast.chloe))),
        ("tries", _tried_too_often(open_window())),
        ("left", _left(open_window(), cast)),
    ):
        wrong |= {f"{opened} {look}": each for look, each in found.items() if each}
    assert wrong == {}


def _failed(page: Page) -> dict[str, list[str]]:
    with _without_comments():
        answer = page.goto("/publications/1")
    assert answer is not None
    assert answer.status == 500
    return looks_of(page)


@contextmanager
def _without_comments() -> Iterator[None]:
    """Break the house: a table is not where it should be."""
    with atomic():
        db.session.execute(text("ALTER TABLE comment RENAME TO lost"))
    try:
        yield
    finally:
        with atomic():
            db.session.execute(text("ALTER TABLE lost RENAME TO comment"))


def _tried_too_often(page: Page) -> dict[str, list[str]]:
    page.goto("/connexion")
    for _ in range(WRONG_TRIES + 1):
        page.fill("input[name=email]", "chloe@example.org")
        page.fill("input[name=password]", "not the password")
        page.locator("main .form-actions button").click()
        page.locator("[data-error-summary], .error-page").wait_for()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trop d’essais")
    return looks_of(page)


def _left(page: Page, cast: Cast) -> dict[str, list[str]]:
    page.goto(f"/lettre/desabonnement/{_key_of(cast.chloe)}")
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous ne recevrez plus de lettre")
    return looks_of(page)


def looks_of(page: Page) -> dict[str, list[str]]:
    """Say what is wrong with a page, in each of its looks."""
    found = {"always": structure(page)}
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[f"{width} {scheme}"] = [*findings(page), *wideness(page)]
    page.set_viewport_size({"width": SMALLEST, "height": 800})
    found[f"{SMALLEST}"] = wideness(page)
    return found


def wideness(page: Page) -> list[str]:
    """Say by how much a page scrolls sideways, if it does."""
    pixels = sideways(page)
    return [f"{pixels} px sideways: {page.evaluate(WIDEST)}"] if pixels else []


def structure(page: Page) -> list[str]:
    """Say what a page's outline lacks."""
    seen = page.evaluate(
        """() => ({
            h1: document.querySelectorAll('h1').length,
            main: document.querySelectorAll('main').length,
            lang: document.documentElement.lang,
            title: document.title.split(' – ')[0].trim() !== '',
            icons: [...document.querySelectorAll('use')]
                .every(each => !each.checkVisibility() || each.getBBox().width > 0),
        })"""
    )
    return [] if seen == SOUND else [str(seen)]


def _key_of(member: Member) -> str:
    """Give what the address in a member's letters ends with, once the worker has made it."""
    wait_until(partial(_has_letter, member), "the letter is subscribed to")
    found = db.session.get(DigestSubscription, member.id)
    assert found
    return found.unsubscribe_key


def _has_letter(member: Member) -> bool:
    db.session.rollback()
    return db.session.get(DigestSubscription, member.id) is not None


def _has_news(member: Member) -> bool:
    db.session.rollback()
    return count_unread(member) > 0
