"""Visitors' pages come from memory, and are never older than the request."""

import re
import threading

from grandequipe.app import create_app
from grandequipe.config import Settings
from grandequipe.core.events.dispatch import handle
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.services import remove_post
from grandequipe.members.services import ProfileInput, edit_profile
from grandequipe.web.visitor_page_cache import SharedReads
from tests.conftest import CHEAP_HASHING
from tests.factories import make_post

PAGE = "/groupes/ess-quartiers"
NONCE = re.compile(r"'nonce-([\w-]+)'")


def test_a_second_visitor_costs_one_short_statement(cast, visitor, count_queries) -> None:
    first = visitor.get(PAGE)
    with count_queries() as counted:
        second = visitor.get(PAGE)
    assert first.status_code == second.status_code == 200
    assert counted.count == 1


def test_what_is_published_and_removed_shows_in_the_next_answer(cast, visitor) -> None:
    assert "Une première" not in visitor.get(PAGE).text
    post = make_post(cast.chloe, cast.ess, title="Une première")
    assert "Une première" in visitor.get(PAGE).text
    with atomic():
        remove_post(cast.chloe, post)
    assert "Une première" not in visitor.get(PAGE).text


def test_a_new_name_shows_once_its_reaction_has_run(cast, visitor) -> None:
    make_post(cast.chloe, cast.ess)
    assert "Chloé Dumas" in visitor.get(PAGE).text
    with atomic():
        edit_profile(cast.chloe, ProfileInput(display_name="Chloé Durand"))
    waiting = db.session.execute(
        db.text("SELECT id, pending_handlers FROM event WHERE kind = 'member.changed'")
    ).one()
    with atomic():
        assert handle([waiting.id], "groups.tell_groups_of_new_profile")
    assert "groups.tell_groups_of_new_profile" in waiting.pending_handlers
    assert "Chloé Durand" in visitor.get(PAGE).text


def test_each_answer_has_a_nonce_of_its_own(cast, visitor) -> None:
    seen = set()
    for _ in range(3):
        answer = visitor.get(PAGE)
        nonce = NONCE.search(answer.headers["Content-Security-Policy"])[1]
        assert f'content="{nonce}"' in answer.text
        seen.add(nonce)
    assert len(seen) == 3


def test_a_member_is_never_given_the_visitors_page(cast, visitor, browser) -> None:
    visitor.get(PAGE)
    assert 'data-viewer="' in browser(cast.chloe).get(PAGE).text
    assert 'data-viewer="' not in visitor.get(PAGE).text


def test_each_language_has_a_page_of_its_own(cast, visitor) -> None:
    french = visitor.get(PAGE, headers={"Accept-Language": "fr"})
    english = visitor.get(PAGE, headers={"Accept-Language": "en"})
    assert '<html lang="fr">' in french.text
    assert '<html lang="en">' in english.text


def test_behind_a_proxy_the_page_of_one_scheme_is_not_given_for_another(cast, environment) -> None:
    behind = create_app(
        Settings.from_environment({**environment, "TRUSTED_PROXIES": "1"}), CHEAP_HASHING
    )
    for scheme, is_sent in (("http", False), ("https", True), ("http", False)):
        answer = behind.test_client().get(PAGE, headers={"X-Forwarded-Proto": scheme})
        assert ("Strict-Transport-Security" in answer.headers) is is_sent


def test_private_and_hidden_groups_are_not_kept(cast, visitor) -> None:
    assert visitor.get("/groupes/comite-de-pilotage").status_code == 404
    assert visitor.get("/groupes/nulle-part").status_code == 404
    assert visitor.get("/groupes/regies-de-quartier").status_code == 200


def test_those_who_ask_while_a_reading_runs_share_one_that_starts_after_they_asked() -> None:
    started, let_go = threading.Semaphore(0), threading.Semaphore(0)
    values = iter(range(10))

    def read(_name: str) -> tuple[int, ...]:
        started.release()
        assert let_go.acquire(timeout=10)
        return (next(values),)

    readings = SharedReads(read)
    answers: dict[str, object] = {}

    def ask(who: str) -> threading.Thread:
        thread = threading.Thread(target=lambda: answers.update({who: readings("g")}))
        thread.start()
        return thread

    first = ask("first")
    assert started.acquire(timeout=10)
    later = [ask("second"), ask("third")]
    let_go.release()
    first.join(10)
    assert started.acquire(timeout=10)
    let_go.release(2)
    for thread in later:
        thread.join(10)
    assert answers["first"] == (0,)
    assert {answers["second"], answers["third"]} <= {(1,), (2,)}
