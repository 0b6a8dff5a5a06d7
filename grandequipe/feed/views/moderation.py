"""What waits for those who look after a group."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l, ngettext
from markupsafe import Markup

from grandequipe.core.errors import Conflict, Invalid
from grandequipe.core.policies import require
from grandequipe.core.text_validation import quoted
from grandequipe.core.transactions import atomic
from grandequipe.feed import services
from grandequipe.feed.forms import RefusalForm
from grandequipe.feed.forms.refusals import HeldForm
from grandequipe.feed.models import Post, PostProposal
from grandequipe.feed.queries import (
    find_proposal,
    get_post,
    list_open_proposals,
    list_pending_placements,
)
from grandequipe.feed.queries.holds import list_held
from grandequipe.feed.services import holds
from grandequipe.feed.views.my_groups import HAS_HELD
from grandequipe.groups.models import Group, MembershipState
from grandequipe.groups.policies import may_moderate
from grandequipe.groups.queries import (
    find_membership,
    find_open_requests,
    get_group,
    get_group_and_own_membership,
    list_members,
)
from grandequipe.groups.slots import TABS
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.slots import load_slot
from grandequipe.web.typed import filled, typed


def moderation(slug: str) -> str:
    """List the posts and changes to read, and the requests to answer."""
    member = acting_member()
    group = get_group_and_own_membership(slug, member)
    require(may_moderate(member, group), _l("Only moderators can see what’s waiting."))
    requests = list_members(group, MembershipState.REQUESTED, request.args.get("requests"))
    tabs = load_slot(TABS, group=group, moderates=True)
    held = list_held(group) if g.get(HAS_HELD) else ()
    return render_page(
        "feed/moderation.html",
        tabs,
        group=group,
        membership=find_membership(member, group),
        held=held,
        originals=holds.list_originals(member, held) if held else {},
        placements=list_pending_placements(group, member, request.args.get("posts")),
        proposals=list_open_proposals(
            group, member, request.args.get("proposals"), with_content=False
        ),
        requests=requests,
        answers=find_open_requests(group, [each.member_id for each in requests.items]),
    )


@repeatable("a post is published once")
def approve_post(post_id: int) -> ResponseReturnValue:
    """Publish what waited."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    group = group_to_decide_in(member, post)
    try:
        with atomic():
            services.approve_post(member, post, read_version(), group)
    except Conflict as overtaken:
        return overtaken_page(post_id, group, overtaken)
    flash(quoting(_("“%(title)s” has been published."), post), "success")
    return redirect(url_for("feed.moderation", slug=group.slug), 303)


@takes(RefusalForm)
@repeatable("a post is refused once")
def refuse_post(post_id: int) -> ResponseReturnValue:
    """Leave unpublished what waited, with a word to its author."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    return refuse(post, group_to_decide_in(member, post))


@takes(RefusalForm)
@repeatable("changes are asked for once")
def return_post(post_id: int) -> ResponseReturnValue:
    """Ask the author of a post that waits for changes."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    return refuse(post, group_to_decide_in(member, post), returned=True)


@repeatable("what is held is published once")
def approve_held(slug: str, entry_id: int) -> ResponseReturnValue:
    """Publish all that one entry holds."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    with atomic():
        count = holds.approve_held(member, group, entry_id, read_version())
    flash(ngettext("%(num)d text published.", "%(num)d texts published.", count), "success")
    return redirect(url_for("feed.moderation", slug=slug), 303)


@takes(HeldForm)
@repeatable("what is held is removed once")
def remove_held(slug: str, entry_id: int) -> ResponseReturnValue:
    """Refuse all that one entry holds, and remove the same where it was published."""
    member = acting_member()
    group = get_group(slug, seen_by=member)
    require(may_moderate(member, group), _l("Only moderators can approve posts."))
    form = HeldForm()
    if not form.validate_on_submit():
        page = render_page("feed/remove_held.html", group=group, entry_id=entry_id, form=form)
        return page, 422
    with atomic():
        count = holds.remove_held(
            member, group, entry_id, form.reason.data or "", with_others=form.with_others.data
        )
    flash(ngettext("%(num)d text removed.", "%(num)d texts removed.", count), "success")
    return redirect(url_for("feed.moderation", slug=slug), 303)


def group_to_decide_in(member: Member, post: Post) -> Group:
    """Give the group in which a moderator decides on a post: the one named, or where it waits.

    Raises Refused for who looks after none of them.
    """
    slug = request.values.get("group")
    moderated = [each for each in post.placements if may_moderate(member, each.group)]
    named = [each for each in moderated if each.group.slug == slug] if slug else moderated
    require(bool(named), _l("Only moderators can approve posts."))
    return next((each for each in named if each.is_pending), named[0]).group


def read_version() -> str:
    """Give the version of the text that the moderator read; raise Invalid where none is named."""
    read = request.form.get("read")
    if not read:
        raise Invalid({"read": _("Open the post, read it, then approve it from its page.")})
    return read


def refuse(
    post: Post, group: Group, proposal: PostProposal | None = None, *, returned: bool = False
) -> ResponseReturnValue:
    """Ask for a word to the author of a post that waits, or of a proposal, then refuse it.

    `returned` asks for changes instead.
    """
    member, form = acting_member(), RefusalForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        try:
            with atomic():
                if proposal:
                    services.refuse_proposal(member, post, reason)
                elif returned:
                    services.return_post(member, post, reason, group)
                else:
                    services.refuse_post(member, post, reason, group)
        except Invalid as refused:
            post = get_post(post.id, seen_by=member)  # read again, after the rollback
            form.show(refused)
        except Conflict as overtaken:
            return overtaken_page(post.id, group, overtaken)
        else:
            flash(quoting(_said(proposal, returned), post), "success")
            return redirect(url_for("feed.moderation", slug=group.slug), 303)
    template = "feed/return.html" if returned else "feed/refuse.html"
    page = render_page(template, post=post, group=group, proposal=proposal, form=form)
    return page, 422 if form.errors else 200


def overtaken_page(post_id: int, group: Group, overtaken: Conflict) -> ResponseReturnValue:
    """Say why a decision was not carried out, and lead to what is to be read and decided now."""
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    proposal = find_proposal(post, seen_by=member)
    page = render_page(
        "feed/overtaken.html",
        status=409,
        message=overtaken.message,
        post=post,
        group=group,
        proposal=proposal if proposal and proposal.is_open else None,
    )
    return page, 409


def _said(proposal: PostProposal | None, returned: bool) -> str:
    if returned:
        return str(_("“%(title)s” is back in its author’s drafts, with your message."))
    if proposal:
        return str(_("The change to “%(title)s” has been refused. Its author can see why."))
    return str(_("“%(title)s” has been refused. Its author can see why."))


def quoting(sentence: str, post: Post) -> Markup:
    """Fill a sentence in which the title of a post is left out."""
    return filled(sentence, title=typed(quoted(post.title), post.language))
