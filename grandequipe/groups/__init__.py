"""Groups, their members and the members' roles."""

from flask import Flask

from grandequipe.groups import handlers, views
from grandequipe.groups.queries.memberships import count_vouching_groups
from grandequipe.groups.queries.profiles import find_fellows_of
from grandequipe.groups.slots import FIGURES, TABS
from grandequipe.groups.tasks import SCHEDULE as SCHEDULE
from grandequipe.groups.views.covers import cover_url, pattern_of
from grandequipe.members.queries import fellow_finders
from grandequipe.members.services.trust import vouchers
from grandequipe.web.slots import declare_slot


def init_app(app: Flask) -> None:
    """Register the pages and handlers of groups."""
    app.extensions["groups"] = handlers
    if count_vouching_groups not in vouchers:
        vouchers.append(count_vouching_groups)
    if find_fellows_of not in fellow_finders:
        fellow_finders.append(find_fellows_of)
    app.register_blueprint(views.blueprint)
    declare_slot(app, TABS, "group", "moderates")
    declare_slot(app, FIGURES, "group", "reads")
    app.jinja_env.globals.update(
        cover_url=cover_url,
        group_pattern=pattern_of,
    )
