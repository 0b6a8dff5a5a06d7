"""Groups: who is seen, featured, archived, and given to another owner."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.admin.forms import EmailForm, RefusalForm
from grandequipe.admin.queries import groups as queries
from grandequipe.admin.queries.groups import GroupFilter
from grandequipe.admin.views.access import administrator, require_password
from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Conflict, Invalid, NotFound
from grandequipe.core.transactions import atomic
from grandequipe.groups.models import Group
from grandequipe.groups.queries import find_group
from grandequipe.groups.services import archive_group, reopen_group, reviews
from grandequipe.members.models import Member
from grandequipe.members.queries import find_member_by_email
from grandequipe.web.form_pages import FormPage, Write
from grandequipe.web.form_rules import repeatable
from grandequipe.web.forms import Form
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form

FORM = ("GET", "POST")
LONGEST_QUERY = 100


def add_routes(blueprint: Blueprint) -> None:
    """Register the routes of groups."""
    blueprint.add_url_rule("/groupes", "groups", groups)
    for path, form_view in (("refuser", refuse_group), ("donner", give_group)):
        name = form_view.__name__
        blueprint.add_url_rule(f"/groupes/<id:group_id>/{path}", name, form_view, methods=FORM)
    for path, view in (
        ("approuver", approve_group),
        ("en-avant", feature_group),
        ("en-avant/retirer", unfeature_group),
        ("en-avant/monter", move_group_up),
        ("archiver", archive),
        ("rouvrir", reopen),
    ):
        name = view.__name__
        blueprint.add_url_rule(f"/groupes/<id:group_id>/{path}", name, view, methods=["POST"])


def groups() -> ResponseReturnValue:
    """List groups, found by name and by what is to do with them."""
    administrator()
    return _list_page()


@limited("managing")
@repeatable("an approved group stays so")
def approve_group(group_id: int) -> ResponseReturnValue:
    """Let a new group stand in lists."""
    return _press(group_id, reviews.approve_group, _("The group stands in lists now."))


@limited("managing")
@repeatable("a featured group stays so")
def feature_group(group_id: int) -> ResponseReturnValue:
    """Show a group on the landing page."""
    done = _("The group is shown on the landing page.")
    return _press(group_id, reviews.feature_group, done, GroupFilter.FEATURED)


@limited("managing")
@repeatable("a group is featured or not")
def unfeature_group(group_id: int) -> ResponseReturnValue:
    """Take a group off the landing page's first places."""
    done = _("The group is no longer featured.")
    return _press(group_id, reviews.unfeature_group, done, GroupFilter.FEATURED)


@limited("managing")
@repeatable("each press moves it by one place")
def move_group_up(group_id: int) -> ResponseReturnValue:
    """Move a featured group one place up."""
    return _press(group_id, reviews.move_up, _("The order is saved."), GroupFilter.FEATURED)


@limited("managing")
@repeatable("an archived group stays so")
def archive(group_id: int) -> ResponseReturnValue:
    """Make a group read only."""
    done = _("The group is archived: it can be read, and you can reopen it.")
    return _press(group_id, archive_group, done, GroupFilter.ARCHIVED)


@limited("managing")
@repeatable("an active group stays so")
def reopen(group_id: int) -> ResponseReturnValue:
    """Make an archived group active again."""
    return _press(group_id, reopen_group, _("The group is active again."))


@takes(RefusalForm)
@limited_form("managing")
@repeatable("a refused group is not refused again")
def refuse_group(group_id: int) -> ResponseReturnValue:
    """Keep a group out of lists, with a reason."""
    actor, group, form = administrator(), _group(group_id), RefusalForm()

    def write() -> str:
        reviews.refuse_group(actor, group, form.reason.data or "")
        return _("The group stays out of lists. Its owners have been notified.")

    return _answer("admin/refuse_group.html", group, form, write)


@takes(EmailForm)
@limited_form("managing")
@repeatable("sets the owner")
def give_group(group_id: int) -> ResponseReturnValue:
    """Give a group to another owner."""
    actor, group, form = administrator(), _group(group_id), EmailForm()
    require_password(request.path)

    def write() -> str:
        member = find_member_by_email(form.email.data or "")
        if member is None:
            raise Invalid({"email": _("No account has this address.")})
        reviews.give_group(actor, group, member)
        return _("The group has a new owner. Everyone concerned has been notified.")

    return _answer("admin/give_group.html", group, form, write)


def _press(
    group_id: int,
    act: Callable[[Member, Group], bool],
    done: str,
    filter: GroupFilter | None = None,
) -> ResponseReturnValue:
    """Carry out the act of a button; 409 with the list on Conflict."""
    actor, group = administrator(), _group(group_id)
    try:
        with atomic():
            has_changed = act(actor, group)
    except Conflict as conflict:
        return _list_page(conflict.message), 409
    flash(done, "success" if has_changed else "info")
    return redirect(url_for("admin.groups", liste=filter), 303)


def _answer(template: str, group: Group, form: Form, write: Write) -> ResponseReturnValue:
    group_id = group.id
    page = FormPage(template, form, lambda: {"group": _group(group_id)})
    return page.answer(write, url_for("admin.groups"))


def _list_page(problem: str | None = None) -> str:
    wanted = request.args.get("liste", "")
    filter = GroupFilter(wanted) if wanted in list(GroupFilter) else None
    q = cleaned_line(request.args.get("q", "")).strip()[:LONGEST_QUERY]
    page = queries.find_groups(q, filter, request.args.get("cursor"))
    return render_page(
        "admin/groups.html",
        page=page,
        owners=queries.get_owners_of(page),
        q=q,
        filter=filter,
        filters=list(GroupFilter),
        pending=queries.count_pending(),
        problem=problem,
    )


def _group(group_id: int) -> Group:
    group = find_group(group_id)
    if group is None:
        raise NotFound
    return group
