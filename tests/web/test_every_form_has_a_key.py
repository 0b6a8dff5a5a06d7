"""B7: every form that writes carries a key of its own, or says why it needs none."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.routing import Rule as Route

from grandequipe.feed.models import PlacementStatus
from grandequipe.members.models import Member
from grandequipe.web.form_rules import Rule, rule_of
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post
from tests.test_house_rules import PACKAGE, named
from tests.test_visibility import Stage

ITS_OWN_DOOR = {"api", "api_documents"}
FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.S)


def writing_routes(app: Flask) -> Iterator[Route]:
    """Walk the routes that pages send forms to."""
    for route in app.url_map.iter_rules():
        if "POST" in route.methods and route.endpoint.split(".")[0] not in ITS_OWN_DOOR:
            yield route


def test_a_form_without_key_says_why_and_one_that_makes_something_shows_what_was_typed(
    session_app: Flask,
) -> None:
    """Other words under a used key are shown again, which is for the view to do."""
    unsaid = []
    for route in writing_routes(session_app):
        view = session_app.view_functions[route.endpoint]
        says_why = bool(getattr(view, "form_reason", ""))
        if not (getattr(view, "shows_refusals", False) if rule_of(view) is Rule.ONCE else says_why):
            unsaid.append(route.endpoint)
    assert unsaid == []


def test_every_form_of_a_template_is_given_what_it_carries() -> None:
    """Written by a macro, or with `csrf()`; the others are sent to routes that need no key."""
    without = [
        (named(path), action[1])
        for path in PACKAGE.rglob("templates/**/*.html")
        for form in FORM.findall(path.read_text())
        if "csrf(" not in form and (action := re.search(r'action="(.*?)[>\n]', form))
    ]
    actions = {
        "announcements.dismiss",
        "members.set_locale",
        "web.set_view",
        "feed.react",
        "feed.bookmark",
        "security.logout",
        "digests.unsubscribe",
        "notifications.stop_mail",
        "notifications.follow_group",
    }
    assert [where for where, action in without if not any(each in action for each in actions)] == [
        # Reactions, conversations and labels, at an address that the caller gives.
        "grandequipe/web/templates/macros/comment_parts.html",
        "grandequipe/web/templates/macros/bookmark.html",
        "grandequipe/web/templates/macros/reactions.html",
        "grandequipe/web/templates/macros/label.html",
    ]


class Forms(HTMLParser):
    """The forms of a page that write: where each is sent, and its keys."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self._is_within = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or the key within one."""
        given = dict(attrs)
        if tag == "form":
            self._is_within = given.get("method") == "post"
            if self._is_within:
                self.found.append((given.get("action") or "", []))
        elif tag == "input" and self._is_within and given.get("name") == "form_key":
            self.found[-1][1].append(given.get("value") or "")


def pages_of(stage: Stage) -> list[str]:
    """Name pages with every kind of form."""
    slug, post = stage.group.slug, make_post(stage.cast.amina, stage.group)
    make_comment(stage.author, post)
    stage._asker(), stage._banished(), stage._victim(), stage._invitation()
    stage._post(PlacementStatus.PENDING)
    kinds = ("actualite", "ressource", "webinaire", "decryptage", "projet", "appel")
    return [
        *(f"/groupes/{slug}/publier/{kind}" for kind in kinds),
        *(f"/groupes/{slug}{rest}" for rest in ("", "/membres", "/reglages", "/moderation")),
        *(f"/publications/{post.id}{rest}" for rest in ("", "/modifier")),
        f"/groupes/{slug}/notifications",
        *("/", "/groupes", "/groupes/nouveau", "/notifications"),
        *(f"/reglages/{rest}" for rest in ("profil", "photo", "preferences", "lettre")),
    ]


def keyless(app: Flask, page: str) -> list[str]:
    """List the forms of a page that should have one key and do not."""
    routes = app.url_map.bind("localhost")
    wrong = []
    for action, keys in Forms(page).found:
        endpoint, _given = routes.match(urlsplit(action).path, method="POST")
        is_keyed = rule_of(app.view_functions[endpoint]) is not Rule.UNKEYED
        if len(keys) != 1 and (is_keyed or keys):
            wrong.append(action)
    return wrong


def test_every_form_of_every_page_has_one_key(
    app: Flask, cast: Cast, browser: Callable[[Member], Visitor], visitor: Visitor
) -> None:
    amina = browser(cast.amina)
    keys: list[str] = []
    for path in pages_of(Stage(cast, cast.private)):
        for _time in range(2):
            page = amina.get(path, follow_redirects=False)
            assert page.status_code == 200, path
            assert keyless(app, page.text) == [], path
            keys += [key for _action, given in Forms(page.text).found for key in given]
    for path in ("/connexion", "/inscription", "/mot-de-passe-oublie", "/confirmation"):
        page = visitor.get(path)
        assert keyless(app, page.text) == [], path
        keys += [key for _action, given in Forms(page.text).found for key in given]
    assert len(keys) > 60
    assert len(set(keys)) == len(keys)
