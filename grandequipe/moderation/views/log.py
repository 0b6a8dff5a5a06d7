"""The logs of a group and of the site for those who moderate there, and the public figures."""

import csv
import io

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import lazy_gettext as _l

from grandequipe.core.act_words import SECTIONS, act_word
from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate, may_read
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member, viewer
from grandequipe.moderation.queries.log import SUBJECTS, list_actors, list_log
from grandequipe.moderation.queries.transparency import FEWEST, YearlyTable, read_yearly_table
from grandequipe.web.indexing import allow_index
from grandequipe.web.pages import render_page
from grandequipe.web.slots import load_slot

LONGEST_ID = 17  # digits
blueprint = Blueprint("transparency", __name__, template_folder="../templates")


def group_log(slug: str) -> str:
    """Show a group's moderators what was done in it, by whom and when."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(may_moderate(member, group), _l("Only moderators can see the log."))
    return render_page(
        "moderation/log.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        membership=find_membership(member, group),
        own_address=url_for("transparency.group_log", slug=slug),
        **_log_of(group),
    )


def site_log() -> str:
    """Show administrators what was done on the whole site, in groups and by themselves."""
    if not acting_member().is_admin:
        raise NotFound
    own_address = url_for("transparency.site_log")
    return render_page("moderation/site_log.html", own_address=own_address, **_log_of(None))


def _log_of(group: Group | None) -> dict[str, object]:
    """Load a page of a log by what its reader has chosen."""
    subject = request.args.get("subject")
    if subject not in SUBJECTS or (group is not None and subject == "site"):
        subject = None
    actor_id, member_id = _number("actor"), _number("member")
    chosen = {"subject": subject, "actor": actor_id, "member": member_id}
    return {
        "page": list_log(group, subject, actor_id, member_id, request.args.get("cursor")),
        "actors": list_actors(group, actor_id),
        "subjects": [(name, SECTIONS[name]) for name in SUBJECTS if not group or name != "site"],
        "act_word": act_word,
        "chosen": chosen,
        "kept": {name: value for name, value in chosen.items() if value},
    }


def group_transparency(slug: str) -> str:
    """Show who may read a group how often its moderators did what."""
    group = _readable(slug)
    table = read_yearly_table(group, _zone())
    file = url_for("transparency.group_figures", slug=slug)
    return _page(table, file, group)


def group_figures(slug: str) -> Response:
    """Give the figures of a group as CSV."""
    group = _readable(slug)
    return _csv(read_yearly_table(group, _zone()), f"transparence-{slug}.csv")


def transparency() -> str:
    """Show everybody how often moderators and administrators of the site did what."""
    allow_index(url_for("transparency.transparency"))
    return _page(read_yearly_table(None, _zone()), url_for("transparency.figures"), None)


def figures() -> Response:
    """Give the figures of the site as CSV."""
    return _csv(read_yearly_table(None, _zone()), "transparence.csv")


def _readable(slug: str) -> Group:
    """Get a group that the viewer reads; visitors are asked to log in, others refused."""
    member = viewer()
    group = get_group(slug, seen_by=member)
    if not may_read(member, group):
        require(may_read(acting_member(), group), _l("Only members can read this group."))
    return group


def _page(table: YearlyTable, file: str, group: Group | None) -> str:
    return render_page(
        "moderation/transparency.html",
        group=group,
        table=table,
        file=file,
        sections=SECTIONS,
        act_word=act_word,
        fewest=FEWEST,
    )


def _csv(table: YearlyTable, name: str) -> Response:
    """Write a line for each figure: the year, the act by its name in the log, and the count.

    A figure that is too small to be given is the range that it is in.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(("year", "act", "count"))
    for each in table.figures:
        count = f"1-{FEWEST - 1}" if each.count is None else each.count
        writer.writerow((each.year, each.act.value, count))
    return Response(
        written.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _zone() -> str:
    return str(current_app.config["SETTINGS"].default_time_zone)


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < LONGEST_ID else None


for path, view in (
    ("/groupes/<slug:slug>/moderation/journal", group_log),
    ("/administration/journal", site_log),
    ("/groupes/<slug:slug>/transparence", group_transparency),
    ("/groupes/<slug:slug>/transparence.csv", group_figures),
    ("/transparence", transparency),
    ("/transparence.csv", figures),
):
    blueprint.add_url_rule(path, view_func=view)
