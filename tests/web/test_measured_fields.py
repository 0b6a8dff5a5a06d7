"""A1, A5: what a request brings is measured before anything else looks at it.

The walk sends each field of each route that writes a text that is one character too long, and one
of combining marks, whose normalisation would take minutes; and each route a body of 8 MB and one of
thousands of fields. `NormalizationSpy` notes how long the texts are that reach the normalisation of
Unicode.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask_security.confirmable import generate_confirmation_token
from flask_security.recoverable import generate_reset_password_token
from flask_security.utils import hash_password
from marshmallow import fields as api_fields
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from wtforms import Form as AnyForm, StringField
from wtforms.fields.core import UnboundField

from grandequipe.announcements.models import AnnouncementInput
from grandequipe.announcements.services import publish_announcement
from grandequipe.core import clock, redis
from grandequipe.core.sending import Sender
from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestSubscription
from grandequipe.digests.services import open_missing
from grandequipe.extensions import db
from grandequipe.feed.forms import FORMS
from grandequipe.feed.models import KIND_BY_PATH, Kind, Webinar
from grandequipe.feed.services import approve_post, edit_post, publish_post
from grandequipe.feed.services.bulk_removal import remove_contents
from grandequipe.feed.services.drafts import save_draft
from grandequipe.groups.models import MOST_QUESTIONS, Group, JoinPolicy
from grandequipe.groups.services import (
    WelcomeInput,
    ban_member,
    change_welcome,
    create_link,
    invite_address,
    join_group,
    key_of_invitation,
    offer_ownership,
)
from grandequipe.library.models import CollectionInput
from grandequipe.library.services.collections import add_to_collection, create_collection
from grandequipe.members.models import Member, MemberProfile, Organisation
from grandequipe.members.services import suspend
from grandequipe.moderation.models import Case, Decision, DecisionKind, ReportReason, SubjectType
from grandequipe.moderation.queries.subjects import get_reportable
from grandequipe.moderation.services import (
    DecisionInput,
    ReportInput,
    decide_case,
    file_appeal,
    report,
)
from grandequipe.moderation.services.suspensions import address_without_login
from grandequipe.notifications.models import MAILED_KINDS
from grandequipe.notifications.services import stopping_token
from grandequipe.organisations.services import claim_by_word
from grandequipe.organisations.services.roles import make_key
from grandequipe.taxonomies.models import Theme, ThemeFamily
from grandequipe.web import bodies
from grandequipe.web.forms import Form
from grandequipe.web.measures import LONGEST_UNDECLARED, measures_of
from grandequipe.webhooks.models import EventKind, Webhook
from grandequipe.webhooks.services.settings import WebhookInput, create_webhook
from grandequipe.webinars.models import (
    QuestionInput,
    Registration,
    RegistrationInput,
    RegistrationMode,
    RegistrationState,
)
from grandequipe.webinars.services import add_question, register
from grandequipe.webinars.services.links import sign_registration
from tests.api.conftest import Program, program, react_to_all  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import (
    PASSWORD,
    Cast,
    admit,
    draft_of,
    make_comment,
    make_group,
    make_member,
    make_post,
)
from tests.organisations.conftest import make_organisation
from tests.sample_content import draft_input, make_series
from tests.site import Site

FORM_BODY = "application/x-www-form-urlencoded"
REFUSED = {413, 422}
WRITES = {"PATCH", "POST", "PUT", "DELETE"}
FRENCH = {"Accept-Language": "fr"}
# What no form class names, of the routes that read such a thing; none may be missing here.
LOOSE_FIELDS = {
    "admin.approve_group": (),
    "admin.archive": (),
    "admin.confirm": (),
    "admin.demote": (),
    "admin.feature_group": (),
    "admin.logo": ("picture",),
    "organisations.answer": ("act", "gives_up", "question", "question_detail"),
    "organisations.change_logo": ("picture",),
    "organisations.claim_by_address": ("form_key",),
    "organisations.follow": ("take_back", "listed"),
    "organisations.remove_logo": ("question", "question_detail"),
    "admin.move_group_up": (),
    "admin.promote": (),
    "admin.remove_logo": ("question",),
    "admin.reopen": (),
    "admin.set_spokesperson": ("speaks",),
    "admin.sign_out": (),
    "admin.unfeature_group": (),
    "admin.withdraw": ("question",),
    "announcements.dismiss": ("next",),
    "groups.end_link": ("question",),
    "groups.join_by_link": ("charter",),
    "groups.remind_invited": (),
    "digests.unsubscribe": ("again",),
    "feed.approve_held": ("read",),
    "feed.approve_post": ("read", "group"),
    "feed.archive_group": ("question",),
    "feed.keep_group": ("form_key",),
    "feed.offer_group": ("member",),
    "feed.reopen_group": ("form_key",),
    "feed.withdraw_offer": ("form_key",),
    "feed.arrange_post": ("change",),
    "library.project_resources": ("chosen", "taken_out"),
    "library.replacement": ("chosen", "taken_out"),
    "library.take_back_use": ("form_key",),
    "library.arrange_item": ("placed_before", "placed_after", "taken_out"),
    "library.delete_collection": ("question",),
    "library.follow_collection": ("take_back", "listed"),
    "feed.follow_territory": ("take_back", "listed"),
    "feed.follow_theme": ("take_back", "listed"),
    "feed.hide_version": ("question",),
    "feed.lock_comments": ("locked",),
    "feed.react_to_comment": ("add", "take_back"),
    "feed.restore_comment": ("form_key",),
    "feed.restore_contents": ("question", "question_detail"),
    "feed.restore_post": ("form_key",),
    "notifications.conversation": ("muted", "followed", "list"),
    "feed.approve_proposal": ("read",),
    "feed.edit_post": ("seen", "over"),
    "feed.react": ("add", "take_back"),
    "feed.refuse_post": (),
    "feed.return_post": (),
    "feed.remove_comment": ("question", "question_detail"),
    "feed.remove_post": ("question", "question_detail"),
    "feed.delete_draft": ("form_key",),
    "feed.keep_draft": ("other", "form_key"),
    "feed.restore_draft": ("form_key",),
    "feed.unschedule_draft": ("form_key",),
    "feed.take_out": ("question", "question_detail"),
    "feed.withdraw_proposal": ("question", "form_key"),
    "groups.decline": ("question",),
    "groups.invitation": ("switch",),
    "groups.join": ("next",),
    "groups.leave": ("next", "question"),
    "groups.lift_ban": (),
    "groups.remove": ("next",),
    "groups.change_cover": ("picture",),
    "groups.remove_cover": ("question", "question_kind"),
    "groups.settings": ("seen", "over"),
    "groups.withdraw": ("question",),
    "members.change_picture": ("picture",),
    "members.remove_picture": ("question", "question_kind"),
    "directory.block": ("question", "question_kind"),
    "directory.unblock": (),
    "directory.ask": ("question", "question_kind"),
    "members.set_locale": ("locale", "next"),
    "notifications.follow_group": ("take_back", "level"),
    "notifications.stop_mail": (),
    "security.logout": ("refresh_token", "submit"),
    "webinars.accept": ("form_key",),
    "webinars.answer": ("accept", "decline"),
    "webinars.cancel": ("quick",),
    "webinars.cancel_one": ("question", "question_detail"),
    "webinars.cancel_own": ("question", "question_detail"),
    "webinars.confirm": ("form_key",),
    "webinars.create_key": ("form_key",),
    "syndication.create_private_feed": ("form_key",),
    "webinars.decline": ("form_key",),
    "webinars.manager": ("manager",),
    "webinars.take_back_question": ("undo",),
    "web.set_locale": ("locale", "next"),
    "web.set_view": ("view", "next"),
    "webinars.revoke_key": ("question", "question_detail"),
    "syndication.revoke_private_feed": ("question", "question_detail"),
    "webinars.reinstate_webinar": ("question", "question_detail"),
    "webinars.remove_reminder": ("question", "question_detail"),
    "webinars.remove_replay": ("question", "question_detail"),
    "webinars.renew_code": ("question", "question_detail"),
    "webhooks.delete": ("question", "question_detail"),
    "webhooks.renew_secret": ("question", "question_detail"),
    "webhooks.send_again": ("form_key",),
    "webhooks.switch": ("off", "question"),
    "webhooks.test": ("form_key",),
    "webinars.cancel_all": ("question", "question_detail"),
    "webinars.want_replay": (),
}
KIND_NAMES = [word for form in FORMS for word, kind in KIND_BY_PATH.items() if kind is form]
FOR_VISITORS = {
    "security.login", "security.register", "security.forgot_password", "security.reset_password",
    "security.send_confirmation", "security.confirm_email", "web.set_locale", "web.set_view",
    "digests.unsubscribe", "groups.invitation", "notifications.stop_mail", "moderation.suspension",
    "webinars.register", "webinars.register_all",
}  # fmt: skip


class NormalizationSpy:
    """Notes the longest text that is normalised, and does not normalise one that is too long."""

    def __init__(self, normalize: Callable[[str, str], str]) -> None:
        self._normalize = normalize
        self.longest = 0

    def __call__(self, form: str, words: str) -> str:
        """Normalise the text unless it is too long, and note its length."""
        self.longest = max(self.longest, len(words))
        return words if len(words) > LONGEST_UNDECLARED else self._normalize(form, words)


@pytest.fixture
def normalization_spy(monkeypatch: pytest.MonkeyPatch) -> NormalizationSpy:
    """Replace the one function that all normalisation calls, also that of libraries."""
    spy = NormalizationSpy(unicodedata.normalize)
    monkeypatch.setattr(unicodedata, "normalize", spy)
    return spy


@pytest.fixture
def named(cast: Cast) -> dict[str, Any]:
    """Name something for each part of an address."""
    post = make_post(cast.amina, cast.ess)
    changed = make_post(cast.chloe, cast.moderated)
    resource = make_post(cast.amina, cast.ess, Kind.RESOURCE)
    others = make_post(cast.driss, make_group(cast.driss, "Ailleurs"), Kind.RESOURCE)
    project = make_post(cast.amina, cast.ess, Kind.PROJECT)
    with atomic():
        approve_post(cast.bruno, changed, changed.text_version)
        edit_post(cast.chloe, changed, draft_of(title="Un autre titre"))
        invitation = invite_address(cast.amina, cast.ess, "nobody@example.org")
        soon = clock.now() + timedelta(days=30)
        link = create_link(cast.amina, cast.ess, 5, soon)
        gathered = create_collection(cast.amina, CollectionInput("À lire"))
        add_to_collection(cast.amina, gathered, post)
        announced = AnnouncementInput("Titre", "Texte", ends_at=soon)
        announcement = publish_announcement(cast.farid, announced)
        organisation = Organisation(name="Régie", website="https://regie.example.org/")
        theme = Theme(slug="eau", name="Eau", family=ThemeFamily.CITY_POLICY)
        db.session.add_all([organisation, theme])
        db.session.flush()
        claim = claim_by_word(cast.bruno, organisation, "Je la préside.")
        db.session.add(MemberProfile(member_id=cast.bruno.id, receives_messages=True))
        cast.farid.password = hash_password(PASSWORD)
        open_missing()
        cast.amina.password = hash_password(PASSWORD)
        draft = save_draft(cast.amina, draft_input(cast.ess, "a", "Un brouillon")).draft
        sanction = ban_member(cast.amina, cast.ess, cast.driss, "Hors sujet.")
        comment = make_comment(cast.chloe, post)
        removal = remove_contents(cast.amina, cast.ess, cast.chloe, comment.created_at, "Pub.")
        start = clock.now() - timedelta(minutes=1)
        times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
        webinar = publish_post(cast.amina, cast.ess, draft_of(Kind.WEBINAR, **times))
        registration = register(cast.amina, webinar, RegistrationInput())
    key = db.session.get_one(DigestSubscription, cast.chloe.id).unsubscribe_key
    new = make_member("Yann Le Goff", confirmed_at=None)
    reported = [make_post(cast.chloe, cast.ess).id for _number in range(3)]
    cases = [report_post(cast.driss, post_id) for post_id in reported]
    with atomic():
        decision = decide_case(
            cast.bruno,
            cases[1],
            cases[1].version,
            DecisionInput(DecisionKind.REMOVE, "Une publicité."),
        )
        unappealed = decide_case(
            cast.bruno,
            cases[2],
            cases[2].version,
            DecisionInput(DecisionKind.REMOVE, "Une publicité."),
        )
        appeal = file_appeal(cast.chloe, decision, "Ce n’est pas juste.")
    questioned = make_post(cast.amina, cast.ess, Kind.WEBINAR)
    assert isinstance(questioned, Webinar)
    with atomic():
        token = sign_registration(register(cast.chloe, questioned, RegistrationInput()))
        for number in range(8):
            add_question(cast.amina, questioned, QuestionInput(f"Question {number} ?"))
    of_webinar = ("register", "cancel", "answer", "cancel_one", "settings", "ask", "manager")
    of_mail = ("confirm", "accept", "decline", "cancel_own", "answers")
    return {
        **{f"webinars.{name}": questioned.id for name in (*of_webinar, "take_back_question")},
        **{f"webinars.{name}": token for name in of_mail},
        "directory.write": cast.bruno.id,
        "what": "publication",
        "subject_id": reported[0],
        "case_id": cases[0].id,
        "decision_id": decision.id,
        "moderation.decision": unappealed.id,
        "appeal_id": appeal.id,
        "link_id": link.id,
        "groups.join_by_link": link.key,
        "whom": "nouveaux",
        "announcement_id": announcement.id,
        "group_id": cast.ess.id,
        "organisation_id": organisation.id,
        "theme_id": theme.id,
        "claim_id": claim.id,
        "mail_id": 987654,
        "entry_id": 987654,
        "page": "terms",
        "locale": "fr",
        "post_id": post.id,
        "collection_id": gathered.id,
        "library.care": resource.id,
        "library.replacement": resource.id,
        "library.report_outdated": others.id,
        "library.note_use": others.id,
        "library.project_resources": project.id,
        "draft_id": draft.id,
        "comment_id": make_comment(cast.amina, post).id,
        "slug": "ess-quartiers",
        "member_id": cast.chloe.id,
        "token": stopping_token(cast.chloe, MAILED_KINDS),
        "moderation.suspension": token_without_login(make_member("Paul Petit"), cast.farid),
        "invitation_id": invitation.id,
        "sanction_id": sanction.id,
        "removal_id": removal.id,
        "groups.invitation": key_of_invitation(invitation),
        "kind": "webinaire",
        "feed.refuse_proposal": changed.id,
        "key": key,
        "security.reset_password": generate_reset_password_token(make_member("Zoé Petit")),
        "security.confirm_email": generate_confirmation_token(new),
        "name": "thanks",
        "file_id": 987654,
        "feed.follow_theme": "sante",
        "code": "C-93048",
        "version": 1,
        "webinars.attend": webinar.id,
        "registration_id": registration.id,
        "reminder_id": 987654,
        "address_id": 987654,
        "webhook_id": 987654,
        "delivery_id": 987654,
        "series_id": 987654,
    }


def report_post(reporter: Member, post_id: int) -> Case:
    """Have a member report a post."""
    reportable = get_reportable(SubjectType.POST, post_id, seen_by=reporter)
    with atomic():
        return report(reporter, reportable, ReportInput(ReportReason.SPAM)).cases[0]


def token_after_webinar(cast: Cast) -> str:
    """Give the token of Amina's registration to a webinar that is over."""
    end = clock.now() - timedelta(hours=1)
    times = {"starts_at": end - timedelta(hours=1), "ends_at": end}
    webinar = make_post(cast.amina, cast.ess, Kind.WEBINAR, replay_url="https://a.example", **times)
    seat = {"mode": RegistrationMode.SEAT, "state": RegistrationState.GOING}
    with atomic():
        registration = Registration(post_id=webinar.id, member_id=cast.amina.id, **seat)
        db.session.add(registration)
    return sign_registration(registration)


def writes(app: Flask, *, programs: bool) -> list[Rule]:
    """List the routes that change something, of pages or of programs."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods & WRITES]
    return [rule for rule in rules if rule.endpoint.startswith("api.") is programs]


def token_without_login(member: Member, administrator: Member) -> str:
    """Suspend a member; give the token by which they read the decision."""
    with atomic():
        suspend(administrator, member, "Démarchage.")
        address = address_without_login(db.session.query(Decision).filter_by(kind="suspend").one())
    return address.rpartition("/")[2]


def address_of(app: Flask, rule: Rule, named: dict[str, Any]) -> str:
    """Write the address of a route, with something that exists for each of its parts."""
    given = {name: named.get(rule.endpoint, named.get(name)) for name in rule.arguments}
    method = min(rule.methods & WRITES)
    return str(app.url_map.bind("localhost").build(rule.endpoint, given, method=method))


def marks(most: int) -> str:
    """Write a text that is too long and consists of two runs of combining marks."""
    half = max(most, 5_000) // 2
    return "a" + "\u0301" * half + "\u0327" * half + "b"


def typed_fields(forms: tuple[type, ...]) -> Iterator[tuple[str, int, bool]]:
    """Give each field of forms: name, measure, and whether it is a text that is shown again."""
    for form in forms:
        for name, most in measures_of(form).items():
            unbound = getattr(form, name)
            assert isinstance(unbound, UnboundField)
            shown = issubclass(unbound.field_class, StringField)
            hidden = re.search("Hidden|Password", unbound.field_class.__name__)
            yield name, most, shown and not hidden


def test_every_form_measures_its_words(app: Flask) -> None:
    """A1: a form class with a text that has no measure does not even start."""
    ours = {form for form in all_forms(AnyForm) if form.__module__.startswith("grandequipe.")}
    assert len(ours) > 15
    for form in ours:
        assert min(measures_of(form).values(), default=1) > 0

    class Unmeasured(Form):
        words = StringField("Words", validators=[])

    with pytest.raises(TypeError, match=r"Unmeasured\.words"):
        measures_of(Unmeasured)


def test_every_route_that_writes_says_what_it_is_sent(app: Flask) -> None:
    """A1: the walk below knows the fields of each route of pages, and of none that is gone."""
    pages = {
        rule.endpoint: app.view_functions[rule.endpoint] for rule in writes(app, programs=False)
    }
    declared = {name for name, view in pages.items() if hasattr(view, "measures")}
    assert pages.keys() - declared - LOOSE_FIELDS.keys() == set()
    assert LOOSE_FIELDS.keys() - pages.keys() == set()
    assert pages["members.change_picture"].largest_body == bodies.PICTURE_BODY
    large = {
        name for name, view in pages.items() if getattr(view, "largest_body", 0) > bodies.FORM_BODY
    }
    assert large == {
        "members.change_picture", "groups.change_cover", "feed.publish", "feed.edit_post",
        "feed.save_draft", "groups.invite_many", "groups.change_charter", "admin.logo",
        "webinars.replay", "organisations.change_logo",
    }  # fmt: skip


def fields_at(app: Flask, rule: Rule) -> Iterator[tuple[str, str, int, bool]]:
    """Give each field that a route reads, with the kind of post whose form has it."""
    forms = getattr(app.view_functions[rule.endpoint], "forms", ())
    known: set[str] = set()
    for number, form in enumerate(forms):
        for name, most, is_shown in typed_fields((form,)):
            # A post that is changed has one kind, the first; a new one any of six.
            if name not in known and (number == 0 or "kind" in rule.arguments):
                known.add(name)
                yield KIND_NAMES[number], name, most, is_shown
    for name in LOOSE_FIELDS.get(rule.endpoint, ()):
        yield KIND_NAMES[0], name, LONGEST_UNDECLARED, False


# What a form must hold beside for its other fields to be read at all.
BESIDE = {
    "groups.answer_request": {"answer": "refuse"},
    "groups.act_on_members": {"members": "2", "act": "mute", "sure": "y"},
}


def faults_of(answer: TestResponse, typed: str, is_shown: bool) -> Iterator[str]:
    """Say what is wrong with the refusal of a text."""
    if answer.status_code not in REFUSED:
        yield answer.status
    elif answer.status_code == 422 and "au plus" not in answer.text:
        yield "does not say what is wrong"
    # The script that gets another answer leaves the field as it is.
    is_page = answer.mimetype == "text/html"
    if is_shown and is_page and answer.status_code == 422 and typed[:50] not in answer.text:
        yield "loses what was typed"


def make_webhook(cast: Cast) -> Webhook:
    """Make a webhook of Amina's group."""
    said = WebhookInput("Notre site", "https://example.org/", [EventKind.POST_PUBLISHED])
    with atomic():
        return create_webhook(cast.amina, cast.ess, said, Sender("test"))


def make_group_with_questions(cast: Cast) -> Group:
    """Make a group that asks as much as a group may of those who request to join it."""
    group = make_group(cast.chloe, "Un groupe qui demande", join_policy=JoinPolicy.REQUEST)
    with atomic():
        questions = [f"Question {number} ?" for number in range(MOST_QUESTIONS)]
        change_welcome(cast.chloe, group, WelcomeInput(questions=questions))
    return group


def offered_group(cast: Cast) -> Group:
    """Make a group that its owner offers to Amina."""
    group = make_group(cast.chloe, "Un groupe à donner")
    admit(group, cast.amina)
    with atomic():
        offer_ownership(cast.chloe, group, cast.amina)
    return group


def asked_group(cast: Cast) -> dict[str, Any]:
    """Name a group of Amina's and a person who asks to join it."""
    group = make_group(cast.amina, "Un groupe sur demande", join_policy=JoinPolicy.REQUEST)
    with atomic():
        join_group(cast.driss, group)
    return {"slug": group.slug, "member_id": cast.driss.id}


def key_of_manager(member: Member, organisation_id: int) -> str:
    """Give the key that was mailed to a member who is to run an organisation."""
    organisation = db.session.get_one(Organisation, organisation_id)
    with atomic():
        link = make_key(member, organisation, member.email, member, "fr")
    return link.rpartition("/")[2]


def test_no_page_looks_at_what_is_too_long(
    app: Flask,
    named: dict[str, Any],
    cast: Cast,
    browser: Any,
    visitor: Visitor,
    normalization_spy: NormalizationSpy,
) -> None:
    """A1: each field of each page is refused beside the field, and keeps what was typed."""
    member, administrator, wrong = browser(cast.amina), browser(cast.farid), []
    concerned = browser(cast.chloe)
    alone = make_group(cast.amina, "Un groupe seul")
    run = make_organisation("Centre social", cast.amina)
    of_those_who_run = ("answer", "change_logo", "edit", "people", "remove_logo")
    places = {
        "feed.end_group": {"slug": alone.slug},
        **{
            f"organisations.{name}": {"organisation_id": run.id, "member_id": cast.amina.id}
            for name in of_those_who_run
        },
        "organisations.open_key": {"key": key_of_manager(cast.amina, named["organisation_id"])},
        "webinars.cancel_webinar": {"post_id": named["webinars.attend"]},
        "webinars.mark": {"post_id": named["webinars.attend"]},
        "webinars.feedback": {"token": token_after_webinar(cast)},
        "webinars.replay": {"post_id": named["webinars.attend"]},
        "webinars.remove_replay": {"post_id": named["webinars.attend"]},
        "webinars.reminders": {"post_id": named["webinars.attend"]},
        "webinars.renew_code": {"post_id": named["webinars.attend"]},
        "webinars.register_all": {"series_id": make_series(cast)},
        "webhooks.webhook": {"webhook_id": make_webhook(cast).id},
        "groups.join": {"slug": make_group_with_questions(cast).slug},
        "feed.answer_offer": {"slug": offered_group(cast).slug},
        **dict.fromkeys(("groups.answer_request", "groups.write_message"), asked_group(cast)),
    }
    for rule in writes(app, programs=False):
        redis.client().flushall()
        sender = visitor if rule.endpoint in FOR_VISITORS else member
        if rule.endpoint.startswith("admin."):
            sender = administrator
        if rule.endpoint == "moderation.decision":
            sender = concerned
        for kind, name, most, is_shown in fields_at(app, rule):
            place = {**named, **places.get(rule.endpoint, {}), "kind": kind}
            path = address_of(app, rule, place)
            for typed in ("à" * (most + 1), marks(most))[not is_shown :]:
                beside = BESIDE.get(rule.endpoint, {})
                answer = sender.send(path, {**beside, name: typed}, headers=FRENCH)
                found = list(faults_of(answer, typed, is_shown))
                wrong += [(rule.endpoint, name, len(typed), fault) for fault in found]
    assert "\n".join(map(str, wrong)) == ""
    assert normalization_spy.longest <= LONGEST_UNDECLARED


def test_no_page_reads_more_than_it_is_sent(
    app: Flask, named: dict[str, Any], cast: Cast, browser: Any, visitor: Visitor
) -> None:
    """A5: 8 MB and thousands of fields are refused before they are parsed."""
    member, wrong = browser(cast.amina), []
    for rule in writes(app, programs=False):
        path = address_of(app, rule, named)
        sender = visitor if rule.endpoint in FOR_VISITORS else member
        for body in (b"x=" + b"%41" * 2_900_000, b"&".join([b"x=1"] * 501)):
            answer = sender.post(path, data=body, content_type=FORM_BODY, headers=FRENCH)
            if answer.status_code != 413 or "trop" not in answer.text:
                wrong.append((rule.endpoint, len(body), answer.status))
    assert wrong == []


def test_no_call_looks_at_what_is_too_long(
    app: Flask,
    named: dict[str, Any],
    cast: Cast,
    program: Callable[..., Program],  # noqa: F811
    normalization_spy: NormalizationSpy,
) -> None:
    """A1, A5: nor does the API, which names the field."""
    robot, wrong, count = program(cast.amina), [], 0
    for rule in writes(app, programs=True):
        redis.client().flushall()
        schema, method = app.view_functions[rule.endpoint].body, min(rule.methods & WRITES)
        path = address_of(app, rule, named).removeprefix("/api/v1")
        for name, field in (schema().fields if schema else {}).items():
            is_list = isinstance(field, api_fields.List)
            most = getattr(field.inner if is_list else field, "longest", 0)
            for typed in ("à" * (most + 1), marks(most)):
                count += 1
                wanted = [typed] if is_list else typed
                answer = robot.call(method, path, {name: wanted})
                if answer.status_code != 422 or name not in str(answer.json["errors"]):
                    wrong.append((rule.endpoint, name, answer.status))
        if hasattr(app.view_functions[rule.endpoint], "streamed_body"):
            continue
        if robot.call(method, path, {"name": "a" * 8_000_000}).status_code != 413:
            wrong.append((rule.endpoint, "name", "8 MB"))
    assert "\n".join(map(str, wrong)) == ""
    assert count > 60
    assert normalization_spy.longest <= LONGEST_UNDECLARED


@pytest.mark.slow
def test_others_are_answered_meanwhile(site: Site) -> None:
    """A1, A5: the running site refuses the worst of them, and answers somebody else meanwhile.

    A worker that normalises one of these does nothing else until gunicorn ends it.
    """
    at_once = marks(24_000), marks(110_000)
    worst = [
        (path, urlencode({"csrf_token": "x", field: text + "@x.org"}))
        for path, field in (
            ("/connexion", "email"), ("/connexion", "password"), ("/inscription", "display_name"),
            ("/inscription", "password"), ("/mot-de-passe-oublie", "email"),
            ("/confirmation", "email"), ("/langue", "next"),
        )
        for text in at_once
    ]  # fmt: skip
    worst += [("/langue", "next=" + "%41" * 2_600_000), ("/langue", "a=1&" * 8_000)] * 2
    name = urlencode({"csrf_token": "x", "display_name": at_once[0]})
    waiting = begun(site, "/inscription", name, kept_back=1)
    sent = [begun(site, *each) for each in worst]
    # None of the answers was read, and one request is not even there: others go on.
    assert [asked(site, "/healthz") for _time in range(4)] == [200] * 4
    with suppress(OSError):
        waiting.send(name[-1].encode())
    assert {each.getresponse().status for each in (waiting, *sent)} <= {400, 413, 422}


def begun(site: Site, path: str, body: str, kept_back: int = 0) -> HTTPConnection:
    """Send a form, without so many of its last bytes, and read no answer."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", FORM_BODY)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    with suppress(OSError):  # it was refused before it was read: the answer is there
        connection.send(body[: len(body) - kept_back].encode())
    return connection


def asked(site: Site, path: str) -> int:
    """Ask for a page, and give the status of the answer."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", path)
    return connection.getresponse().status


def all_forms(form: type) -> set[type]:
    """Give a class of forms and all that come from it."""
    return {form}.union(*(all_forms(each) for each in form.__subclasses__()))
