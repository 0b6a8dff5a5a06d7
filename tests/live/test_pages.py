"""D8: only whole pages of a member pay for a cursor, and each does once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import Rule

from grandequipe.announcements.models import AnnouncementInput
from grandequipe.announcements.services import publish_announcement
from grandequipe.core import clock, mail
from grandequipe.core.transactions import atomic
from grandequipe.digests.queries import get_subscription
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, Repeat
from grandequipe.feed.models.inputs import SeriesInput
from grandequipe.feed.services import publish_post
from grandequipe.feed.services.drafts import save_draft
from grandequipe.groups.services import ban_member, create_link
from grandequipe.library.models import CollectionInput
from grandequipe.library.services.collections import create_collection
from grandequipe.live.pages import ENDPOINTS
from grandequipe.moderation.models import DecisionKind
from grandequipe.moderation.services import DecisionInput, decide_case, file_appeal
from grandequipe.notifications.models import MAILED_KINDS
from grandequipe.notifications.services import stopping_token
from grandequipe.webhooks.models import Webhook
from grandequipe.webhooks.services.deliveries import queue_test
from grandequipe.webinars.models import RegistrationInput
from grandequipe.webinars.services import register
from grandequipe.webinars.services.links import sign_registration
from tests.api.conftest import react_to_all
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post, picture_file
from tests.organisations.conftest import make_organisation
from tests.sample_content import draft_input
from tests.web.test_measured_fields import report_post

CURSOR = b' data-cursor="'


def reads_streams(statements: list[str]) -> int:
    """Count the queries of the streams that a member follows."""
    return sum("FROM stream" in each and "UNION ALL" in each for each in statements)


def addresses(app: Flask, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Give an endpoint and an address for each tested rule."""
    rules = [rule for rule in app.url_map.iter_rules() if is_tested(rule)]
    with app.test_request_context():
        return [
            (
                rule.endpoint,
                url_for(rule.endpoint, **{each: of[each] for each in rule.arguments}),
            )
            for rule in rules
            for of in [values | values.get(rule.endpoint.partition(".")[0], {})]
        ]


def is_tested(rule: Rule) -> bool:
    """Leave out the API, files, and links with a secret."""
    apart = {"static", "security.confirm_email", "security.reset_password", "courrier.html"}
    return (
        "GET" in rule.methods
        and rule.endpoint not in apart
        and not rule.endpoint.startswith("api.")
    )


def test_whole_pages_alone_ask_where_they_stand(
    app: Flask,
    cast: Cast,
    browser: Callable[..., Visitor],
    count_queries: Callable[[], Any],
    mails_folder: Path,
) -> None:
    """Of all GET endpoints, asked as a member, those declared have a cursor, and no others."""
    amina = browser(cast.amina)
    browser(cast.chloe).send("/reglages/photo", {"picture": (picture_file(), "moi.jpg")})
    post = make_post(cast.amina, cast.ess)
    comment = make_comment(cast.amina, post)
    react_to_all()
    with atomic():
        save_draft(cast.amina, draft_input(cast.ess, "a", "Un titre"))
        draft = save_draft(cast.amina, draft_input(cast.ess, "a", "Un autre titre")).draft
        sanction = ban_member(cast.amina, cast.ess, cast.driss, "Hors sujet.")
        soon = clock.now() + timedelta(days=30)
        announced = AnnouncementInput("Titre", "Texte", ends_at=soon)
        announcement = publish_announcement(cast.farid, announced)
        link = create_link(cast.amina, cast.ess, 5, soon)
        start = clock.now() - timedelta(minutes=1)
        times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
        text = {"title": "Le café", "body_html": "<p>On échange.</p>"}
        weekly = SeriesInput(**text, **times, repeats=Repeat.WEEKLY, repeat_count=2)
        webinar = publish_post(cast.amina, cast.ess, weekly)
        registration = register(cast.amina, webinar, RegistrationInput())
        resource = make_post(cast.amina, cast.ess, Kind.RESOURCE)
        collection = create_collection(cast.amina, CollectionInput("À lire"))
        webhook = Webhook(
            group_id=cast.ess.id,
            name="Agenda",
            address="https://example.org/",
            kinds=[],
            salt=b"salt",
            created_at=clock.now(),
        )
        db.session.add(webhook)
        db.session.flush()
        delivery_id = queue_test(webhook)
    cases = [report_post(cast.bruno, make_post(cast.chloe, cast.ess).id) for _number in range(2)]
    with atomic():
        removal = DecisionInput(DecisionKind.REMOVE, "Une publicité.")
        decision = decide_case(cast.bruno, cases[1], cases[1].version, removal)
        appeal = file_appeal(cast.chloe, decision, "Ce n’est pas juste.")
    mail.send(mail.Mail(to="x@example.org", subject="S", text="T", html="<p>T</p>"))
    values = {
        "slug": cast.ess.slug,
        "kind": "actualite",
        "post_id": post.id,
        "comment_id": comment.id,
        "member_id": cast.chloe.id,
        "sanction_id": sanction.id,
        "what": "publication",
        "subject_id": cases[0].subject_id,
        "case_id": cases[0].id,
        "decision_id": decision.id,
        "appeal_id": appeal.id,
        "announcement_id": announcement.id,
        "link_id": link.id,
        "extension": "csv",
        "whom": "nouveaux",
        "number": 1,
        "webhook_id": webhook.id,
        "delivery_id": delivery_id,
        "library": {"post_id": resource.id, "collection_id": collection.id},
        "notification_id": 1,
        # What administrators alone open: Amina is refused first.
        "group_id": cast.ess.id,
        "organisation_id": 1,
        "claim_id": 1,
        "organisations": {
            "organisation_id": make_organisation("Régie", cast.amina).id,
            "member_id": cast.amina.id,
            "key": "a",
        },
        "theme_id": 1,
        "page": "terms",
        "locale": "fr",
        "file_id": 1,
        "webinars": {
            "post_id": webinar.id,
            "series_id": webinar.series_id,
            "registration_id": registration.id,
            "token": sign_registration(registration),
        },
        "preview_id": 1,
        "draft_id": draft.id,
        "code": "C93006",
        "words": "titre-news",
        "digest": "0" * 16,
        "key": get_subscription(cast.amina).unsubscribe_key,
        "token": stopping_token(cast.amina, MAILED_KINDS),
        "name": max(mails_folder.glob("[0-9]*.eml")).stem,
    }
    with_cursor, paying = set(), {}
    for endpoint, address in addresses(app, values):
        with count_queries() as counted:
            answer = amina.get(address)
        assert answer.status_code != 500, endpoint
        paying[endpoint] = reads_streams(counted.statements)
        if CURSOR in answer.data and answer.status_code == 200:
            with_cursor.add(endpoint)
    assert {"feed.home", "feed.post_page", "notifications.index"} <= with_cursor
    assert with_cursor - ENDPOINTS == set()
    for_administrators = {each for each in ENDPOINTS if each.startswith("admin.")}
    # Pages in a state that is not set up here: a proposal, a valid link, a draft whose group is no
    # more, a nomenclature, a request to join, the offer of a group, an organisation that others
    # run, a member who wants to be written to, a resource of others, a project, a post in a
    # collection, a series for visitors; pages of a form that is sent from another one; the queue of
    # the administrators.
    assert ENDPOINTS - with_cursor - for_administrators == {
        "directory.write",
        "feed.answer_offer",
        "feed.open_draft",
        "feed.proposal",
        "feed.refuse_proposal",
        "feed.territory_page",
        "feed.theme_page",
        "groups.answer_request",
        "groups.create_link",
        "groups.invitation",
        "groups.join",
        "groups.join_by_link",
        "groups.own_request",
        "groups.write_message",
        "library.item_note",
        "library.project_resources",
        "library.report_outdated",
        "moderation.site",
        "moderation.suspension",
        "organisations.claim",
        "organisations.mail_proof",
        "organisations.open_key",
        "security.confirm_email",
        "transparency.site_log",
        "webinars.answers",
        "webinars.ask",
        "webinars.feedback",
        "webinars.register_all",
    }
    assert {paying[endpoint] for endpoint in with_cursor} == {1}
    others = {"members.picture", "notifications.counter", "taxonomies.territories"}
    assert {endpoint: paying[endpoint] for endpoint in others} == dict.fromkeys(others, 0)


def test_a_fragment_of_a_page_pays_nothing(
    cast: Cast, browser: Callable[..., Visitor], count_queries: Callable[[], Any]
) -> None:
    chloe = browser(cast.chloe)
    with count_queries() as counted:
        answer = chloe.get("/groupes/ess-quartiers", headers={"HX-Request": ""})
    assert answer.status_code == 200
    assert reads_streams(counted.statements) == 0
