"""What readers and those who look after a resource do about it; the resources of a project."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grandequipe.core.cleaning import cleaned_line
from grandequipe.core.errors import NotFound
from grandequipe.core.policies import require
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.policies import may_edit_post, require_reader
from grandequipe.feed.queries import get_post
from grandequipe.feed.views.request_args import read_number
from grandequipe.library import policies
from grandequipe.library.forms import CareForm, OutdatedForm, UseForm
from grandequipe.library.queries import life as queries
from grandequipe.library.services import life as services
from grandequipe.members.identity import acting_member
from grandequipe.members.models import Member
from grandequipe.web.form_pages import FormPage
from grandequipe.web.form_rules import repeatable
from grandequipe.web.measures import takes
from grandequipe.web.pages import render_page
from grandequipe.web.rate_limits import limited, limited_form

LONGEST_QUERY = 100


@takes(CareForm)
@limited_form("edits")
def care(post_id: int) -> ResponseReturnValue:
    """Look after a resource: its next review, whether it is up to date, what others say."""
    member, post = _resource(post_id)
    require(policies.may_care(member, post), services.MAY_NOT_CARE)
    present = queries.find_life(post)
    form = CareForm()
    if request.method == "GET" and present is not None:
        form.review_on.data = present.review_on

    def write() -> str:
        services.plan_review(member, post, form.review_on.data)
        if form.is_current.data:
            services.confirm_resource(member, post, form.answer.data or "")
        return _("What you said about this resource has been saved.")

    def load() -> Mapping[str, Any]:
        return {"post": post, "reports": queries.list_reports(post), "life": present}

    return FormPage("library/care.html", form, load).answer(write, _page(post))


@takes(OutdatedForm)
@limited_form("reports")
def report_outdated(post_id: int) -> ResponseReturnValue:
    """Say that a resource is out of date, and why."""
    member, post = _resource(post_id)
    require_reader(member, post)
    require(not policies.may_care(member, post), services.MAY_NOT_REPORT)
    require(policies.may_speak_of(member, post), services.MAY_NOT_SPEAK)
    form = OutdatedForm()

    def write() -> str:
        services.report_outdated(member, post, form.reason.data or "")
        return _("Thank you: the author of this resource has been told.")

    return FormPage("library/outdated.html", form, lambda: {"post": post}).answer(
        write, _page(post)
    )


@takes(UseForm)
@limited_form("reactions")
def note_use(post_id: int) -> ResponseReturnValue:
    """Say that one used a resource, and in a sentence how."""
    member, post = _resource(post_id)
    require_reader(member, post)
    require(policies.may_speak_of(member, post), services.MAY_NOT_SPEAK)
    present = queries.find_use(post, member)
    form = UseForm()
    if request.method == "GET" and present is not None:
        form.sentence.data = present.sentence

    def write() -> str:
        services.note_use(member, post, form.sentence.data or "")
        return _("Thank you: others now see that this resource is of use.")

    def load() -> Mapping[str, Any]:
        return {"post": post, "present": present}

    return FormPage("library/use.html", form, load).answer(write, _page(post))


@repeatable("what is taken back stays so")
def take_back_use(post_id: int, member_id: int) -> ResponseReturnValue:
    """Take back one's own word of a use, or as who looks after the resource that of another."""
    member, post = _resource(post_id)
    with atomic():
        services.take_back_use(member, post, member_id)
    flash(_("It is no longer said here."), "success")
    return redirect(_page(post), 303)


@repeatable("says by which resource one is replaced")
@limited("managing")
def replacement(post_id: int) -> ResponseReturnValue:
    """Choose the newer version of a resource, among those that one sees."""
    member, post = _resource(post_id)
    require(policies.may_care(member, post), services.MAY_NOT_CARE)
    if request.method == "GET":
        found = [each for each in _found(member) if each.id != post.id]
        return render_page(
            "library/replacement.html",
            post=post,
            q=_typed(),
            found=found,
            newest=queries.find_newest(post, member),
            place=post.published[0].group if post.is_published else None,
        )
    with atomic():
        if "taken_out" in request.form:
            services.take_back_replacement(member, post)
        else:
            services.replace_resource(member, post, _chosen(member))
    flash(_("The page of this resource says so now."), "success")
    return redirect(_page(post), 303)


@repeatable("says which resources a project used")
@limited("managing")
def project_resources(post_id: int) -> ResponseReturnValue:
    """Choose the resources that a project used, among those that one sees."""
    member = acting_member()
    project = get_post(post_id, seen_by=member)
    if project.kind is not Kind.PROJECT:
        raise NotFound
    require(may_edit_post(member, project), services.MAY_NOT_CHANGE_PROJECT)
    if request.method == "GET":
        used = queries.list_used(project, member)
        found = [each for each in _found(member) if each not in used]
        return render_page(
            "library/project_resources.html", post=project, q=_typed(), found=found, used=used
        )
    with atomic():
        if "taken_out" in request.form:
            removed = read_number(request.form.get("taken_out"))
            services.remove_from_project(member, project, removed or 0)
        else:
            services.use_in_project(member, project, _chosen(member))
    flash(_("The resources of this project have been saved."), "success")
    return redirect(url_for("library.project_resources", post_id=post_id), 303)


def load_life(post: Post, reader: Member | None) -> Mapping[str, Any] | None:
    """Load what a resource's page says of its life; of a project, the resources that it used."""
    if post.kind is Kind.PROJECT:
        used = queries.list_used(post, reader)
        may_choose = may_edit_post(reader, post)
        if not used and not may_choose:
            return None
        return {"used": used, "may_choose": may_choose, "entry": None}
    if post.kind is not Kind.RESOURCE:
        return None
    cares = policies.may_care(reader, post)
    projects, project_count = queries.list_projects(post, reader)
    speaks = policies.may_speak_of(reader, post)
    return {
        "entry": queries.find_entry(post),
        "life": queries.find_life(post),
        "newest": queries.find_newest(post, reader),
        "older": queries.list_older(post, reader),
        "reports": queries.list_reports(post) if cares else (),
        "own_report": queries.find_report(post, reader),
        "own_use": queries.find_use(post, reader),
        "sentences": queries.list_sentences(post),
        "projects": projects,
        "project_count": project_count,
        "cares": cares,
        "may_report": speaks and not cares,
        "may_use": speaks and reader is not None and reader.id != post.author_id,
    }


def _resource(post_id: int) -> tuple[Member, Post]:
    member = acting_member()
    post = get_post(post_id, seen_by=member)
    if post.kind is not Kind.RESOURCE:
        raise NotFound
    return member, post


def _typed() -> str:
    return cleaned_line(request.args.get("q", "")[:LONGEST_QUERY]).replace("\x00", "").strip()


def _found(member: Member) -> list[queries.NamedPost]:
    q = _typed()
    return list(queries.search_resources(q, member)) if q else []


def _chosen(member: Member) -> Post:
    return get_post(read_number(request.form.get("chosen")) or 0, seen_by=member)


def _page(post: Post) -> str:
    return url_for("feed.post_page", post_id=post.id, _anchor="resource-life")
