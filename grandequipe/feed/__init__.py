"""Posts of six kinds, comments and reactions."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from flask import Flask, g

from grandequipe.feed import handlers, views
from grandequipe.feed.models import KINDS, RESOURCE_TYPES
from grandequipe.feed.queries import MyGroup, count_waiting, find_state_of_tag, list_my_groups
from grandequipe.feed.services import check_opening
from grandequipe.feed.views.cards import render_cards
from grandequipe.groups.queries import find_public_head
from grandequipe.groups.services import opening_checks
from grandequipe.members.identity import acting_member
from grandequipe.web.entity_tags import EntityTags, Identity, Shown, headers_of
from grandequipe.web.page_store import Environ
from grandequipe.web.visitor_page_cache import VisitorPageCache

GROUP_PAGE = r"/groupes/([a-z0-9-]+)"
HOME = "/"
MINE = "my_groups"


def init_app(app: Flask) -> None:
    """Register the feed, whose pages for visitors are cached while they are true."""
    app.extensions["feed"] = handlers
    app.register_blueprint(views.blueprint)
    if check_opening not in opening_checks:
        opening_checks.append(check_opening)
    app.jinja_env.globals["kinds"] = KINDS
    app.jinja_env.globals["resource_types"] = RESOURCE_TYPES
    app.jinja_env.globals["my_groups"] = _my_groups
    app.jinja_env.globals["count_waiting"] = count_waiting
    app.jinja_env.globals["render_cards"] = render_cards
    visitors = VisitorPageCache(app.wsgi_app, GROUP_PAGE, _inside(app, find_public_head))
    members = EntityTags(visitors, HOME, _inside(app, lambda params: _home_headers(*params)))
    app.wsgi_app = members  # type: ignore[method-assign]


def _home_headers(environ: Environ, identity: Identity, shown: Shown) -> dict[str, str]:
    return headers_of(environ, identity, find_state_of_tag(*identity, shown), shown)


def _my_groups() -> Sequence[MyGroup]:
    """List the viewer's groups, once for all parts of a page that show them."""
    if MINE not in g:
        setattr(g, MINE, list_my_groups(seen_by=acting_member()))
    return cast(Sequence[MyGroup], g.get(MINE))


def _inside(app: Flask, find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give a query the application that it needs before any request is open."""

    def find_inside(params: Any) -> Any:
        with app.app_context():
            return find(params)

    return find_inside
