"""Reports, cases, decisions with their reasons, appeals, and the public log of moderation."""

from flask import Flask

from grandequipe.attachments.policies import register_subject
from grandequipe.feed import signals as feed_signals
from grandequipe.feed.services.bulk_removal import keeping_conditions
from grandequipe.feed.slots import REMOVED_POST
from grandequipe.groups import signals as group_signals
from grandequipe.groups.slots import TABS
from grandequipe.members.signals import suspended
from grandequipe.moderation import handlers, models, views
from grandequipe.moderation.queries.subjects import find_existing_decisions, find_visible_decisions
from grandequipe.moderation.services import is_removal_appealed
from grandequipe.moderation.tasks import SCHEDULE as SCHEDULE
from grandequipe.moderation.views.cases import load_cases_tab
from grandequipe.moderation.views.decisions import load_removals
from grandequipe.web.slots import fill_slot


def init_app(app: Flask) -> None:
    """Register the pages of moderation, and hear of what moderators do directly."""
    app.extensions["moderation"] = handlers
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views.log.blueprint)
    app.jinja_env.globals.update(
        case_subjects=models.SUBJECTS,
        case_states=models.STATES,
        said_of=models.said_of,
        report_reasons=models.REASONS,
        report_titles=models.REPORT_TITLES,
    )
    fill_slot(app, TABS, "moderation/_cases_tab.html", load_cases_tab)
    fill_slot(app, REMOVED_POST, "moderation/_removed_post.html", load_removals)
    register_subject(models.DECISION_SUBJECT, find_visible_decisions, find_existing_decisions)
    for moderated in (feed_signals.moderated, group_signals.moderated):
        moderated.connect(handlers.note_direct_decision)
    group_signals.erasing.connect(handlers.keep_decisions)
    suspended.connect(handlers.note_suspension)
    if is_removal_appealed not in keeping_conditions:
        keeping_conditions.append(is_removal_appealed)
