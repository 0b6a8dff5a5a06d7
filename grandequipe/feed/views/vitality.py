"""How alive a group is, for its moderators, and a word to those whom the page names."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l, ngettext

from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.forms.vitality import WordForm
from grandequipe.feed.queries import vitality as queries
from grandequipe.feed.services.words import send_word
from grandequipe.feed.slots import VITALITY
from grandequipe.groups.models import Group
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.queries import find_membership, get_group
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited_form
from grandequipe.web.slots import load_slot

FOR_MODERATORS = _l("Only moderators can see how alive the group is.")
LISTS: dict[str, Callable[[Group, Member], Sequence[Member]]] = {
    "nouveaux": queries.list_newcomers,
    "silencieux": queries.list_silent,
}


def vitality(slug: str) -> str:
    """Show twelve weeks in charts and tables, who is new, who fell silent and what waits."""
    moderator, group = _moderated(slug)
    weeks = queries.find_weeks(group)
    return render_page(
        "feed/vitality.html",
        load_slot(TABS, group=group, moderates=True),
        load_slot(VITALITY, group=group, weeks=weeks),
        group=group,
        membership=find_membership(moderator, group),
        weeks=weeks,
        newcomers=queries.list_newcomers(group, moderator),
        silent=queries.list_silent(group, moderator),
        unanswered=queries.list_unanswered(group),
    )


@takes(WordForm)
@limited_form("managing")
def write_word(slug: str, whom: str) -> ResponseReturnValue:
    """Send one word by mail to each of those of a list, who do not see one another's addresses."""
    moderator, group = _moderated(slug)
    if whom not in LISTS:
        raise NotFound
    people, form = LISTS[whom](group, moderator), WordForm()
    if form.validate_on_submit():
        with atomic():
            sent = send_word(moderator, group, people, form.word.data or "")
        flash(ngettext("Sent to %(num)d person.", "Sent to %(num)d people.", sent), "success")
        return redirect(url_for("feed.vitality", slug=slug), 303)
    page = render_page("feed/word.html", group=group, people=people, whom=whom, form=form)
    return page, 422 if form.errors else 200


def _moderated(slug: str) -> tuple[Member, Group]:
    moderator = acting_member()
    group = get_group(slug, seen_by=moderator)
    require(may_moderate(moderator, group), FOR_MODERATORS)
    return moderator, group
