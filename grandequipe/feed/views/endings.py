"""Ending a group: its page lists what goes with it, and requires its name."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l

from grandequipe.core.errors import Conflict
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.queries import count_contents
from grandequipe.groups import policies, services
from grandequipe.groups.forms import EndForm
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.members.identity import acting_member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.typed import filled, typed


@takes(EndForm)
@limited_form("group_settings")
@repeatable("what is ended stays ended")
def end_group(slug: str) -> ResponseReturnValue:
    """Show its last member what goes with a group, and end it once they typed its name."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(policies.is_owner(member, group), _l("Only its owner ends a group."))
    form, name = EndForm(), typed(group.name, group.language)
    is_alone = policies.is_alone(member, group)
    if form.names(group) and is_alone:
        try:
            with atomic():
                services.end_group(member, group)
        except Conflict:
            is_alone = False
        else:
            flash(filled(_("%(group)s has ended, with all that was in it."), group=name), "success")
            return redirect(url_for("groups.index"), 303)
    page = render_page(
        "feed/end_group.html",
        group=group,
        membership=find_membership(member, group),
        form=form,
        is_alone=is_alone,
        contents=count_contents(group),
    )
    return page, 422 if form.errors else 200 if is_alone else 409
