"""The log of a group for its moderators, and what everybody may know of moderation: figures."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

from grandequipe.core import clock
from grandequipe.core.act_words import ACTS
from grandequipe.core.moderation_log import Act, log_act
from grandequipe.core.transactions import atomic
from grandequipe.feed.services import approve_post, pin_post, remove_post
from grandequipe.groups.services import mute_member
from grandequipe.members.models import Member
from grandequipe.members.services import suspend
from tests.api.conftest import Program, program  # noqa: F401 - a fixture
from tests.conftest import Visitor
from tests.factories import Cast, make_post

Open = Callable[[Member], Visitor]
Run = Callable[..., Program]
LOG = "/groupes/petites-annonces/moderation/journal"


def act(cast: Cast) -> None:
    """Approve, pin and remove a post, and mute its author."""
    post = make_post(cast.chloe, cast.moderated)
    with atomic():
        approve_post(cast.bruno, post, post.text_version)
        pin_post(cast.amina, post, cast.moderated, pinned=True)
        remove_post(cast.bruno, post, "Publicité.")
        mute_member(cast.amina, cast.moderated, cast.chloe, "Publicité répétée.")


def log_many(cast: Cast, number: int, act: Act = Act.POST_REMOVED, years: int = 0) -> None:
    with clock.travel(clock.now() - timedelta(days=366 * years)), atomic():
        for each in range(number):
            log_act(
                act, ("post", each + 1), actor_id=cast.bruno.id, group_id=cast.ess.id,
                member_id=cast.chloe.id,
            )  # fmt: skip


def test_moderators_read_who_did_what_and_choose(browser: Open, cast: Cast) -> None:
    act(cast)
    bruno = browser(cast.bruno)
    page = bruno.get(LOG).text
    for word in ("Publication approuvée", "Publication épinglée", "Publication retirée"):
        assert word in page
    assert "Publicité" not in page, "no words of anybody"
    people = bruno.get(f"{LOG}?subject=people").text
    assert "Mise en lecture seule" in people
    assert "Publication approuvée" not in people
    of_bruno = bruno.get(f"{LOG}?actor={cast.bruno.id}").text
    assert "Publication retirée" in of_bruno
    assert "Publication épinglée" not in of_bruno
    assert bruno.get(f"{LOG}?actor=x&subject=y&member={10**30}").status_code == 200
    assert browser(cast.chloe).get(LOG).status_code == 403


def test_the_log_goes_on_by_cursor_for_pages_and_programs(
    browser: Open,
    program: Run,  # noqa: F811
    cast: Cast,
) -> None:
    log_many(cast, 25)
    path = "/groups/ess-quartiers/moderation-log"
    first = program(cast.bruno).get(path).json
    second = program(cast.bruno).get(f"{path}?cursor={first['next']}").json
    assert [len(each["items"]) for each in (first, second)] == [20, 5]
    assert first["items"][0]["subject"] == {"type": "post", "id": 25}
    assert first["items"][0]["actor"]["id"] == cast.bruno.id
    assert program(cast.bruno).get(f"{path}?subject=people").json["items"] == []
    assert program(cast.bruno).get(f"{path}?member={cast.amina.id}").json["items"] == []
    assert program(cast.bruno).get(f"{path}?subject=nothing").status_code == 422
    assert program(cast.chloe).get(path).status_code == 403
    page = browser(cast.bruno).get("/groupes/ess-quartiers/moderation/journal").text
    assert "cursor=" in page


def test_figures_name_nobody_and_give_no_small_number(visitor: Visitor, cast: Cast) -> None:
    log_many(cast, 7)
    log_many(cast, 4, Act.COMMENT_REMOVED)
    log_many(cast, 6, years=1)
    page = visitor.get("/groupes/ess-quartiers/transparence").text
    assert "Chloé" not in page
    assert "Bruno" not in page
    assert "moins de 5" in page
    answer = visitor.get("/groupes/ess-quartiers/transparence.csv")
    assert answer.mimetype == "text/csv"
    rows = {
        (row["year"], row["act"]): row["count"] for row in csv.DictReader(io.StringIO(answer.text))
    }
    year = clock.now().year
    assert rows[str(year), "post.removed"] == "7"
    assert rows[str(year), "comment.removed"] == "1-4"
    assert rows[str(year - 1), "post.removed"] == "6"
    assert rows[str(year), "member.banned"] == "0"
    of_site = visitor.get("/transparence.csv").text
    assert f"{year},post.removed,7" in of_site
    assert "account.suspended" in of_site


def test_the_figures_of_a_private_group_are_for_its_readers(
    visitor: Visitor, browser: Open, cast: Cast
) -> None:
    path = "/groupes/regies-de-quartier/transparence"
    assert visitor.get(path).status_code == 303
    assert browser(cast.driss).get(path).status_code == 403
    assert browser(cast.chloe).get(path).status_code == 200
    assert browser(cast.driss).get("/groupes/comite-de-pilotage/transparence").status_code == 404


def test_administrators_read_the_log_of_the_whole_site_and_choose(
    browser: Open, visitor: Visitor, cast: Cast
) -> None:
    act(cast)
    with atomic():
        suspend(cast.farid, cast.driss, "Démarchage.")
    farid, log = browser(cast.farid), "/administration/journal"
    page = farid.get(log).text
    for word in ("Publication retirée", "Compte suspendu", "Petites annonces"):
        assert word in page
    assert f'href="{log}"' in farid.get("/moderation").text
    of_site = farid.get(f"{log}?subject=site").text
    assert "Compte suspendu" in of_site
    assert "Publication retirée" not in of_site
    of_bruno = farid.get(f"{log}?actor={cast.bruno.id}").text
    assert "Publication retirée" in of_bruno
    assert "Compte suspendu" not in of_bruno
    assert f'value="{cast.bruno.id}" dir="auto" selected' in of_bruno
    about = farid.get(f"{log}?member={cast.driss.id}&subject=nothing").text
    assert "Compte suspendu" in about
    assert "Publication retirée" not in about
    assert browser(cast.amina).get(log).status_code == 404
    assert visitor.get(log).status_code == 303


def test_the_log_of_the_site_goes_on_with_what_was_chosen(browser: Open, cast: Cast) -> None:
    log_many(cast, 25)
    log_many(cast, 5, Act.COMMENT_REMOVED)
    farid = browser(cast.farid)
    page = farid.get("/administration/journal?subject=posts").text
    older = page.split('href="/administration/journal?subject=posts&amp;')[1].split('"')[0]
    following = farid.get(f"/administration/journal?subject=posts&{older}").text
    assert [each.count("Publication retirée") for each in (page, following)] == [20, 5]
    assert "Commentaire retiré" not in page + following


def test_every_act_has_a_name() -> None:
    assert set(ACTS) == set(Act)
