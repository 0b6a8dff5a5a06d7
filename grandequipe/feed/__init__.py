"""Posts of six kinds, comments and reactions."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_login import user_logged_out

from grandequipe.attachments.policies import register_subject
from grandequipe.core.links import address_words
from grandequipe.core.site_settings import site_settings
from grandequipe.feed import handlers, views
from grandequipe.feed.models import KINDS, RESOURCE_TYPES, ROOM_READERS, Label
from grandequipe.feed.models.drafts import DRAFT_SUBJECT
from grandequipe.feed.models.posts import COMMENT_SUBJECT, POST_SUBJECT, PROPOSAL_SUBJECT
from grandequipe.feed.queries import drafts as draft_queries, find_state_of_tag, subjects
from grandequipe.feed.queries.member_history import commented_since, posted_since
from grandequipe.feed.queries.newcomers import count_vouching_approvals
from grandequipe.feed.services import check_opening
from grandequipe.feed.services.labels import move_organisation
from grandequipe.feed.slots import (
    AUDIENCE,
    CARD_WEBINAR,
    FOLLOWS,
    POST_ACTIONS,
    POST_DATES,
    POST_RESOURCE,
    POST_WEBINAR,
    REMOVED_POST,
    TERRITORY,
    THEME,
    VITALITY,
)
from grandequipe.feed.tasks import SCHEDULE as SCHEDULE
from grandequipe.feed.views.drafts import say_where_drafts_are
from grandequipe.feed.views.labels import address_of_label, name_of_label
from grandequipe.feed.views.my_groups import (
    load_figures,
    load_moderation_tab,
    load_my_groups,
    load_vitality_tab,
)
from grandequipe.feed.views.profiles import load_published
from grandequipe.groups.queries import find_public_head
from grandequipe.groups.queries.member_lists import wrote_since
from grandequipe.groups.services import opening_checks
from grandequipe.groups.slots import FIGURES, TABS
from grandequipe.link_previews import policies as links
from grandequipe.members.services.trust import vouchers
from grandequipe.members.signals import organisations_merged
from grandequipe.members.slots import PROFILE
from grandequipe.web.entity_tags import EntityTags, Identity, Shown, headers_of, shell_state
from grandequipe.web.page_store import Environ
from grandequipe.web.pages import SITEMAP_GROUPS
from grandequipe.web.slots import declare_slot, fill_slot
from grandequipe.web.visitor_page_cache import VisitorPageCache

GROUP_PAGE = r"/groupes/([a-z0-9-]+)"
HOME = "/"
SHELL = (
    ("page.header", "feed/_publish_menu.html"),
    ("page.left", "feed/_my_groups.html"),
    ("page.bottom", "feed/_publish_menu_bottom.html"),
    (SITEMAP_GROUPS, "feed/_sitemap_groups.html"),
)


def init_app(app: Flask) -> None:
    """Register the feed, whose pages for visitors are cached while they are true."""
    app.extensions["feed"] = handlers
    app.register_blueprint(views.blueprint)
    if count_vouching_approvals not in vouchers:
        vouchers.append(count_vouching_approvals)
    if check_opening not in opening_checks:
        opening_checks.append(check_opening)
    organisations_merged.connect(move_organisation)
    if not wrote_since:
        wrote_since.extend((posted_since, commented_since))
    app.jinja_env.globals["kinds"] = KINDS
    app.jinja_env.globals["resource_types"] = RESOURCE_TYPES
    app.jinja_env.globals["room_readers"] = ROOM_READERS
    app.jinja_env.globals["address_of_label"] = address_of_label
    app.jinja_env.filters["address_words"] = address_words
    app.jinja_env.globals["name_of_label"] = name_of_label
    app.jinja_env.globals["label_named"] = Label.of
    declare_slot(app, AUDIENCE, "group", "author")
    declare_slot(app, POST_ACTIONS, "post")
    declare_slot(app, POST_WEBINAR, "post", "reader")
    declare_slot(app, POST_RESOURCE, "post", "reader")
    declare_slot(app, CARD_WEBINAR, "reader", "marks")
    declare_slot(app, POST_DATES, "post")
    declare_slot(app, REMOVED_POST, "post")
    declare_slot(app, VITALITY, "group", "weeks")
    declare_slot(app, TERRITORY, "territory", "reader")
    declare_slot(app, THEME, "theme", "reader")
    declare_slot(app, FOLLOWS, "member")
    user_logged_out.connect(say_where_drafts_are, app)
    for slot, template in SHELL:
        fill_slot(app, slot, template, load_my_groups)
    fill_slot(app, TABS, "feed/_moderation_tab.html", load_moderation_tab)
    fill_slot(app, TABS, "feed/_vitality_tab.html", load_vitality_tab)
    fill_slot(app, PROFILE, "feed/_published.html", load_published)
    fill_slot(app, FIGURES, "feed/_figures.html", load_figures)
    register_subject(POST_SUBJECT, subjects.find_visible_posts, subjects.find_existing_posts)
    register_subject(
        PROPOSAL_SUBJECT, subjects.find_visible_proposals, subjects.find_existing_proposals
    )
    register_subject(
        COMMENT_SUBJECT, subjects.find_visible_comments, subjects.find_existing_comments
    )
    links.register_subject(POST_SUBJECT, subjects.find_visible_posts, subjects.find_existing_posts)
    register_subject(
        DRAFT_SUBJECT,
        draft_queries.find_visible_drafts,
        draft_queries.find_existing_drafts,
        is_private=True,
    )
    visitors = VisitorPageCache(app.wsgi_app, GROUP_PAGE, _inside(app, _position_of_page))
    members = EntityTags(visitors, HOME, _inside(app, lambda params: _home_headers(*params)))
    app.wsgi_app = members  # type: ignore[method-assign]


def _home_headers(environ: Environ, identity: Identity, shown: Shown) -> dict[str, str]:
    return headers_of(environ, identity, shell_state(), find_state_of_tag(*identity, shown), shown)


def _position_of_page(slug: str) -> tuple[object, ...] | None:
    head = find_public_head(slug)
    return (site_settings().version, head) if head is not None else None


def _inside(app: Flask, find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Give a query the application that it needs before any request is open."""

    def find_inside(params: Any) -> Any:
        with app.app_context():
            return find(params)

    return find_inside
