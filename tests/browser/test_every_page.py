"""Every page, as everyone, wide and narrow, by light and by dark: legible, whole, and quiet.

A window itself complains of scripts that fail, of a broken content policy, and of requests to
other sites (see tests/chromium.py).
"""

from functools import partial
from pathlib import Path

import pytest
from flask_security.recoverable import generate_reset_password_token

from grandequipe.core import mail
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, ReactionName
from grandequipe.feed.services import add_reaction, approve_post, edit_post
from grandequipe.feed.views.asked import KINDS
from grandequipe.groups.services import join_group
from grandequipe.members.models import Member
from grandequipe.notifications.queries import count_unread
from tests.browser.letters import key_of
from tests.browser.looks import looks_of
from tests.chromium import OpenWindow
from tests.factories import Cast, draft_of, make_comment, make_group, make_post
from tests.waiting import wait_until

LONG_WORD = "Anticonstitutionnellement" * 3
ADDRESS = "https://example.org/" + "long/" * 30
LONG_LINK = f'<p><a href="{ADDRESS}">{ADDRESS}</a></p>'
BODY = f"<h2>{LONG_WORD}</h2><p>Des <strong>mots</strong>.</p><ul><li>Un</li></ul>{LONG_LINK}"
ESS = "/groupes/ess-quartiers"

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
    "/reglages/photo",
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
    "/publications/{pending}/refuser",
    "/publications/{proposed}/proposition",
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
    pending, proposed = (make_post(cast.chloe, cast.moderated) for _number in range(2))
    make_group(cast.amina, "Groupe vide", description=LONG_WORD)
    with atomic():
        add_reaction(cast.chloe, news, ReactionName.USEFUL)
        approve_post(cast.bruno, proposed, proposed.text_version)
        edit_post(cast.chloe, proposed, draft_of(title="Mieux dit", body_html=BODY))
        join_group(cast.driss, cast.private)
        mail.send(mail.Letter("chloe@example.org", "Bienvenue", "Bonjour !", "<p>Bonjour !</p>"))
    for member in (cast.amina, cast.chloe):
        wait_until(partial(_has_news, member), "the bell rings")
    numbers = {name: str(post.id) for name, post in posts.items()}
    letter = max(path.stem for path in letters_folder.glob("[0-9]*.eml"))
    return {
        **numbers,
        "pending": str(pending.id),
        "proposed": str(proposed.id),
        "letter": letter,
        "leaving": key_of(cast.driss),
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


def _has_news(member: Member) -> bool:
    db.session.rollback()
    return count_unread(member) > 0
