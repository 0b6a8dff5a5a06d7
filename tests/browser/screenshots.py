"""Photograph every page of the demo community: `make screenshots`, into screenshots/."""

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from flask_migrate import upgrade
from flask_security.recoverable import generate_reset_password_token
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import ColumnElement, select

from grandequipe.app import create_app
from grandequipe.cli.actions.demo import DEMO_PASSWORD, load_demo
from grandequipe.config import Settings
from grandequipe.digests.queries import get_subscription
from grandequipe.embedded import services
from grandequipe.extensions import db
from grandequipe.feed.models import KIND_BY_PATH, Kind, Post, PostCounters
from grandequipe.groups.models import Group, PostingPolicy, Visibility
from grandequipe.members.models import Member
from tests.chromium import DESKTOP, PHONE, launch
from tests.site import PROJECT, Site

FOLDER = PROJECT / "screenshots"
LOOKS = tuple((width, scheme) for width in (DESKTOP, PHONE) for scheme in ("light", "dark"))
ESS = "/groupes/ess-quartiers"


@dataclass(frozen=True)
class Album:
    """The pages that one person sees, by the name of their photograph."""

    viewer: str
    pages: dict[str, str]


def main(arguments: Iterable[str]) -> None:
    """Take all photographs, or those whose names hold one of the arguments."""
    wanted = tuple(arguments)
    if not wanted:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    with _demo_site() as (site, albums), sync_playwright() as playwright:
        browser = launch(playwright)
        for album in albums:
            pages = {name: path for name, path in album.pages.items() if _is_in(name, wanted)}
            _photograph(browser, site, Album(album.viewer, pages))
        browser.close()


def _is_in(name: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or any(word in name for word in wanted)


@contextmanager
def _demo_site() -> Iterator[tuple[Site, list[Album]]]:
    """Run a private site over the demo community, and say which pages it has."""
    with (
        tempfile.TemporaryDirectory(prefix="grandequipe-") as folder,
        services.start(folder, settings={}, durable=False) as environment,
    ):
        settled = {**environment, "SITE_URL": "http://localhost"}
        with create_app(Settings.from_environment(settled)).app_context():
            upgrade()
            load_demo()
            albums = _albums(Path(environment["MAIL_CATCHER_URL"].removeprefix("file://")))
        site = Site(environment, Path(folder))
        site.start("web", "worker", "beat")
        try:
            site.wait_until_ready()
            yield site, albums
        finally:
            site.stop()


def _photograph(browser: Browser, site: Site, album: Album) -> None:
    if not album.pages:
        return
    context = browser.new_context(base_url=site.url, locale="fr-FR", timezone_id="Europe/Paris")
    page = context.new_page()
    if album.viewer:
        _log_in(page, album.viewer)
    for name, path in album.pages.items():
        page.goto(path)
        for width, scheme in LOOKS:
            _take(page, FOLDER / f"{name}-{width}-{scheme}.png", width, scheme)
    context.close()
    click.echo(f"{len(album.pages) * len(LOOKS)} photographs as {album.viewer or 'a visitor'}")


def _take(page: Page, target: Path, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.screenshot(path=target, full_page=True, animations="disabled")


def _log_in(page: Page, name: str) -> None:
    page.goto("/connexion")
    page.fill("input[name=email]", f"{name}@demo.example")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.locator("main .form-actions button").click()
    page.wait_for_url("**/")


def _albums(mails: Path) -> list[Album]:
    return [
        Album("", _pages_of_a_visitor(mails)),
        Album("jade", {"home-newcomer": "/", "groups-newcomer": "/groupes"}),
        Album("lucas", _pages_of_a_member()),
        Album("amina", _pages_of_an_owner()),
    ]


def _pages_of_a_visitor(mails: Path) -> dict[str, str]:
    mail = min(path.stem for path in mails.glob("[0-9]*.eml"))
    lucas = _member("lucas")
    return {
        "welcome": "/",
        "group-visitor": ESS,
        "groups-visitor": "/groupes",
        "log-in": "/connexion",
        "registration": "/inscription",
        "forgotten-password": "/mot-de-passe-oublie",
        "new-password": f"/mot-de-passe-oublie/{generate_reset_password_token(lucas)}",
        "leave-digest": f"/lettre/desabonnement/{get_subscription(lucas).unsubscribe_key}",
        "confirmation": "/confirmation",
        "not-found": "/rien",
        "mails": "/courrier",
        "mail": f"/courrier/{mail}",
        "help": "/aide",
        "accessibility": "/accessibilite",
        "site-map": "/plan-du-site",
        "legal": "/mentions-legales",
        "privacy": "/confidentialite",
        "terms": "/conditions",
        "api": "/api/v1/docs",
    }


def _pages_of_a_member() -> dict[str, str]:
    private = _slug_of(Group.visibility == Visibility.PRIVATE)
    return {
        "home": "/",
        "group": ESS,
        "group-private": f"/groupes/{private}",
        "group-notifications": f"{ESS}/notifications",
        "members": f"{ESS}/membres",
        "groups": "/groupes",
        "found-group": "/groupes/nouveau",
        "choose-group": "/publier",
        "choose-kind": f"{ESS}/publier",
        **{f"publish-{kind}": f"{ESS}/publier/{kind}" for kind in KIND_BY_PATH},
        **{f"post-{kind.value}": f"/publications/{_liveliest(kind)}" for kind in Kind},
        "profile": f"/membres/{_id_of('amina')}",
        "forbidden": f"{ESS}/reglages",
        "settings": "/reglages",
        "settings-profile": "/reglages/profil",
        "settings-picture": "/reglages/photo",
        "settings-preferences": "/reglages/preferences",
        "settings-password": "/reglages/mot-de-passe",
        "verification": "/reglages/verification",
        "settings-digest": "/reglages/lettre",
        "digest-preview": "/reglages/lettre/apercu",
        "notifications": "/notifications",
    }


def _pages_of_an_owner() -> dict[str, str]:
    moderated = _slug_of(Group.posting_policy == PostingPolicy.MODERATED)
    asked = _slug_of(Group.visibility == Visibility.PRIVATE)
    return {
        "home-owner": "/",
        "notifications-owner": "/notifications",
        "moderation-posts": f"/groupes/{moderated}/moderation",
        "moderation-requests": f"/groupes/{asked}/moderation",
        "moderation-empty": f"{ESS}/moderation",
        "members-owner": f"{ESS}/membres",
        "group-settings": f"{ESS}/reglages",
        "edit-post": f"/publications/{_newest_of('amina')}/modifier",
        "own-post": f"/publications/{_newest_of('amina')}",
    }


def _slug_of(condition: ColumnElement[bool]) -> str:
    return db.session.scalars(select(Group.slug).where(condition)).one()


def _id_of(name: str) -> int:
    return _member(name).id


def _member(name: str) -> Member:
    wanted = Member.email == f"{name}@demo.example"
    return db.session.scalars(select(Member).where(wanted)).one()


def _liveliest(kind: Kind) -> int:
    """Choose the post of a kind that was most talked about where everyone reads."""
    found = (
        select(Post.id)
        .join(Group)
        .outerjoin(Post.counters)
        .where(Post.kind == kind, Group.slug == ESS.removeprefix("/groupes/"))
    )
    liveliest_first = found.order_by(PostCounters.comment_count.desc().nulls_last(), Post.id)
    return db.session.scalars(liveliest_first).first() or 0


def _newest_of(name: str) -> int:
    found = select(Post.id).where(Post.author_id == _id_of(name)).order_by(Post.id.desc())
    return db.session.scalars(found).first() or 0


if __name__ == "__main__":
    main(sys.argv[1:])
