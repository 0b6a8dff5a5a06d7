"""Finding, creating and changing groups."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.text_validation import too_long
from grandequipe.core.transactions import atomic
from grandequipe.core.windows import Window
from grandequipe.groups import policies, queries, services
from grandequipe.groups.forms import GroupForm
from grandequipe.groups.models import Group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member, viewer
from grandequipe.web.form_rules import repeatable
from grandequipe.web.indexing import allow_index
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.slots import load_slot

LONGEST_QUERY = 100
ONLY_OWNERS = _l("Only owners can change a group’s settings.")


def index() -> ResponseReturnValue:
    """List the groups that the viewer finds: invitations, then their own, then the others."""
    member, q = viewer(), cleaned_line(request.args.get("q", "")).strip()
    if len(q) > LONGEST_QUERY:
        return _query_too_long(q)
    cursor, archived = request.args.get("cursor"), request.args.get("archives") == "1"
    beside = None if q or archived else member
    if not q and not cursor and not archived:
        allow_index(url_for("groups.index"))
    page = queries.list_groups(member, q, cursor, beside=beside, archived=archived)
    is_first = member is not None and not q and not cursor and not archived
    mine = queries.list_memberships(member) if member and is_first else ()
    return render_page(
        "groups/index.html",
        page=page,
        q=q,
        archived=archived,
        found=queries.count_groups(member, q, archived=archived) if q else None,
        memberships=queries.find_memberships(member, page.items),
        mine=[each for each in mine if not each.group.is_archived],
        invitations=queries.list_invitations(member) if member and is_first else (),
        may_create=policies.may_create_group(member),
        is_open_to=policies.is_open_to,
    )


def _query_too_long(q: str) -> ResponseReturnValue:
    """Show the whole query with an error, rather than cut it without a word."""
    nothing = {"page": Window((), None), "found": 0, "mine": (), "invitations": ()}
    page = render_page("groups/index.html", q=q, error=too_long(LONGEST_QUERY), **nothing)
    return page, 422


@takes(GroupForm)
@limited_form("groups")
def create() -> ResponseReturnValue:
    """Create a group."""
    member, form, namesake = acting_member(), GroupForm(), None
    require(policies.may_create_group(member), policies.say_who_creates_groups())
    if form.validate_on_submit():
        try:
            with atomic():
                group_input = form.input()
                group_input.validate()
                services.refuse_taken_name(member, group_input.name, request.form.get("beside"))
                group = services.create_group(member, group_input)
        except Invalid as refused:
            form.show(refused)
        except services.NameTaken as taken:
            form.form_errors.append(taken.message)
            namesake = queries.find_group(taken.group.id)  # read again, after the rollback
        else:
            flash(_say_created(group), "success")
            return redirect(url_for("feed.group_page", slug=group.slug), 303)
    page = render_page("groups/create.html", form=form, namesake=namesake)
    return page, 409 if namesake else 422 if form.errors else 200


def _say_created(group: Group) -> str:
    if group.review is None:
        return _("Your group is ready. Invite people and publish the first post.")
    return _(
        "Your group is ready. An administrator will see it before it stands in lists; meanwhile, "
        "invite people."
    )


@takes(GroupForm)
@limited_form("group_settings")
@repeatable("sets the settings; their version is compared")
def settings(slug: str) -> ResponseReturnValue:
    """Let owners change the settings of a group."""
    member = acting_member()
    group = queries.get_group(slug, seen_by=member)
    require(policies.may_own(member, group), ONLY_OWNERS)
    form, is_overtaken = GroupForm(obj=group), False
    if form.validate_on_submit():
        over = request.form.get("over", request.form.get("seen"))
        try:
            with atomic():
                services.edit_group(member, group, form.input(), over)
        except Invalid as refused:
            form.show(refused)
        except Conflict as conflict:
            form.form_errors.append(conflict.message)
            is_overtaken = True
        else:
            flash(_("The group’s settings have been saved."), "success")
            return redirect(url_for("groups.settings", slug=slug), 303)
    page = render_page(
        "groups/settings.html",
        load_slot(TABS, group=group, moderates=True),
        group=group,
        form=form,
        membership=queries.find_membership(member, group),
        seen=request.form.get("seen", group.settings_version),
        is_overtaken=is_overtaken,
    )
    return page, 409 if is_overtaken else 422 if form.errors else 200
