"""Scenes at the pages of themes and territories, and with who follows them."""

from datetime import timedelta

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.extensions import db
from grandequipe.feed.models import Kind, LabelFollow, PlacementLabel
from grandequipe.feed.services import approve_post, edit_post, remove_post
from grandequipe.groups.models import Level, Visibility
from grandequipe.groups.queries import find_membership
from grandequipe.members.services import create_token, erase_member
from grandequipe.taxonomies.models import Theme
from grandequipe.taxonomies.services import Neighbourhood, import_neighbourhoods, load_themes
from tests.factories import admit, draft_of, make_group, make_member, make_post
from tests.feed.conftest import cards, main_of, next_address
from tests.notifications.dispatching import run_pending_handlers

pytestmark = pytest.mark.usefixtures("taxonomies")
BECAUSE = "Parce que vous suivez"


@pytest.fixture
def elsewhere(cast):
    """Give a public group and a private one in which Chloé is not."""
    private = make_group(cast.driss, "Ailleurs, privé", visibility=Visibility.PRIVATE)
    return make_group(cast.driss, "Ailleurs"), private


def follow(member_browser, path):
    return member_browser.send(f"{path}/suivre", {"add": "1"})


def test_a_theme_lists_what_its_reader_may_see(cast, browser, visitor, elsewhere):
    public, private = elsewhere
    shown = make_post(cast.driss, public, themes=["sante"])
    hidden = make_post(cast.driss, private, themes=["sante"])
    inside = make_post(cast.amina, cast.private, themes=["sante"])
    make_post(cast.driss, public, themes=["tiers-lieux"])
    path = "/thematiques/sante"
    assert cards(visitor.get(path).text) == [shown.id]
    assert cards(browser(cast.chloe).get(path).text) == [inside.id, shown.id]
    assert cards(browser(cast.driss).get(path).text) == [hidden.id, shown.id]
    assert visitor.get("/thematiques/rien").status_code == 404


def test_a_departement_holds_its_towns(cast, visitor):
    post = make_post(cast.amina, cast.ess, territories=["C93006"])
    for code, found in (("C93006", [post.id]), ("D93", [post.id]), ("C93066", [])):
        assert cards(visitor.get(f"/territoires/{code}").text) == found
    moved = visitor.get("/territoires/d93")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/territoires/D93")
    with atomic():
        edit_post(cast.amina, post, draft_of(territories=["C93066"]), over=post.text_version)
    assert cards(visitor.get("/territoires/C93006").text) == []
    assert cards(visitor.get("/territoires/C93066").text) == [post.id]


def test_a_post_about_a_qpv_is_listed_under_each_of_its_communes_and_what_holds_them(
    cast, visitor, browser
):
    bring = [Neighbourhood("QN09302M", "La Noue", ("C93006", "C93066"))]
    with atomic():
        import_neighbourhoods(bring)
    post = make_post(cast.amina, cast.ess, territories=["QN09302M"])
    for code in ("QN09302M", "C93006", "C93066", "D93"):
        assert cards(visitor.get(f"/territoires/{code}").text) == [post.id], code
    with atomic():
        import_neighbourhoods([Neighbourhood("QN09302M", "La Noue", ("C93066",))])
    assert cards(visitor.get("/territoires/C93006").text) == []
    assert cards(visitor.get("/territoires/C93066").text) == [post.id]
    with atomic():
        import_neighbourhoods(bring)
    assert cards(visitor.get("/territoires/C93066").text) == [post.id]
    follow(browser(cast.driss), "/territoires/qn09302m")
    assert "La Noue (QPV" in browser(cast.driss).get("/reglages/suivis").text


def test_older_posts_of_a_theme_follow_without_a_hole(cast, browser):
    posted = [make_post(cast.amina, cast.ess, themes=["sante"]).id for _number in range(25)]
    chloe, seen, address = browser(cast.chloe), [], "/thematiques/sante"
    while address:
        page = chloe.get(address).text
        seen += cards(page)
        address = next_address(page)
    assert seen == posted[::-1]


def test_a_post_waits_and_goes_under_its_theme_as_in_its_group(cast, visitor):
    waiting = make_post(cast.chloe, cast.moderated, themes=["sante"])
    assert cards(visitor.get("/thematiques/sante").text) == []
    with atomic():
        approve_post(cast.bruno, waiting, waiting.text_version)
    assert cards(visitor.get("/thematiques/sante").text) == [waiting.id]
    with atomic():
        remove_post(cast.bruno, waiting)
    assert cards(visitor.get("/thematiques/sante").text) == []
    assert db.session.query(PlacementLabel).count() == 0


def test_what_is_followed_reaches_the_home_once_and_says_why(cast, browser, elsewhere):
    public, private = elsewhere
    chloe = browser(cast.chloe)
    for path in ("/thematiques/sante", "/territoires/D93"):
        assert follow(chloe, path).status_code == 303
    both = make_post(cast.driss, public, themes=["sante"], territories=["C93006"])
    make_post(cast.driss, private, themes=["sante"])
    mine = make_post(cast.amina, cast.ess, themes=["sante"])
    page = chloe.get("/").text
    assert cards(page) == [mine.id, both.id]
    assert page.count(BECAUSE) == 1
    assert f'id="reactions-{mine.id}"' in page
    assert f'id="reactions-{both.id}"' not in page, "who is no member of its group does not react"
    admit(public, cast.chloe)
    page = chloe.get("/").text
    assert (cards(page), page.count(BECAUSE)) == ([mine.id, both.id], 0)


def test_a_home_is_sent_again_when_anything_changes_in_what_one_follows(cast, browser, elsewhere):
    public, private = elsewhere
    chloe, driss = browser(cast.chloe), cast.driss
    follow(chloe, "/thematiques/sante")
    old = make_post(driss, private, themes=["sante"], title="Ancien")
    first = make_post(driss, public, themes=["sante"])
    unlabelled = make_post(driss, public)

    def label(post, *themes):
        edit_post(driss, post, draft_of(themes=themes), over=post.text_version)

    def open_group():
        private.visibility = Visibility.PUBLIC

    def rename():
        edit_post(driss, first, draft_of(themes=["sante"], title="Mieux"), over=first.text_version)

    changes = (
        lambda: make_post(driss, public, themes=["sante"]),
        lambda: label(unlabelled, "sante"),
        lambda: label(unlabelled),
        rename,
        open_group,
        lambda: remove_post(driss, old),
    )
    page = chloe.get("/")
    for number, change in enumerate(changes):
        with atomic():
            change()
        again = chloe.get("/", headers={"If-None-Match": page.headers["ETag"]})
        assert again.status_code == 200, number
        assert main_of(again.text) != main_of(page.text), number
        page = again
    for _try in range(3):  # a minute may end meanwhile
        unchanged = chloe.get("/", headers={"If-None-Match": page.headers["ETag"]})
        page = page if unchanged.status_code == 304 else unchanged
    assert unchanged.status_code == 304
    assert "ETag" not in chloe.get("/?kind=actualite").headers


def test_what_one_follows_is_listed_and_left_by_a_button_that_takes_it_back(cast, browser):
    chloe = browser(cast.chloe)
    assert "/thematiques" in main_of(chloe.get("/reglages/suivis").text)
    follow(chloe, "/thematiques/sante")
    follow(chloe, "/territoires/D93")
    listed = main_of(chloe.get("/reglages/suivis").text)
    assert listed.index("Santé") < listed.index("Seine-Saint-Denis (département)")
    form = {"take_back": "1", "listed": "1"}
    left = chloe.send("/thematiques/sante/suivre", form).headers["Location"]
    kept = main_of(chloe.get(left).text)
    assert "Suivre de nouveau" in kept[kept.index("Santé") :]
    assert "/thematiques/sante/suivre" not in chloe.get("/reglages/suivis").text
    chloe.send("/thematiques/sante/suivre", {"add": "1", "listed": "1"})
    again = main_of(chloe.get("/reglages/suivis").text)
    assert "Suivre de nouveau" not in again
    assert "/thematiques/sante/suivre" in again
    for odd in ("T999", "zzz", "T" + "9" * 40, "R%00", "D93"):
        assert chloe.get(f"/reglages/suivis?quitte={odd}").status_code == 200
    assert "/reglages/suivis" in chloe.get("/reglages").text


def test_a_group_that_one_no_longer_follows_sends_nothing_until_one_does_again(cast, browser):
    chloe = browser(cast.chloe)
    path = f"/groupes/{cast.ess.slug}/suivre"
    chloe.send(f"/groupes/{cast.ess.slug}/notifications", {"level": "all"})
    assert chloe.send(path, {"take_back": "1"}).headers["Location"] == "/reglages/suivis"
    membership = find_membership(cast.chloe, cast.ess)
    assert (membership.level, membership.is_active) == (Level.NONE, True)
    assert "Suivre de nouveau" in chloe.get("/reglages/suivis").text
    swapped = chloe.send(path, {"add": "1", "level": "all"}, headers={"HX-Request": "true"})
    assert "Ne plus suivre" in swapped.text
    assert find_membership(cast.chloe, cast.ess).level is Level.ALL
    chloe.send(path, {"take_back": "1"})
    chloe.send(path, {"add": "1", "level": "odd"})
    assert find_membership(cast.chloe, cast.ess).level is Level.MENTIONS
    assert browser(cast.driss).send(path, {"add": "1"}).status_code == 404


def test_more_than_fifty_are_refused_with_a_sentence(cast, browser, monkeypatch):
    monkeypatch.setattr("grandequipe.feed.services.labels.MOST_FOLLOWS", 1)
    chloe = browser(cast.chloe)
    assert follow(chloe, "/thematiques/sante").status_code == 303
    assert follow(chloe, "/thematiques/sante").status_code == 303
    refused = follow(chloe, "/territoires/D93")
    assert refused.status_code == 409
    assert "Vous suivez déjà" in refused.text


def test_a_sixth_label_is_refused_by_the_page_and_the_api(cast, browser, app):
    with atomic():
        load_themes({"city_policy": [theme(n) for n in range(6)], "social_economy": []})
    six = [f"theme-{number}" for number in range(6)]
    page, chloe = "/groupes/ess-quartiers/publier/actualite", browser(cast.chloe)
    assert "5 au plus" in chloe.get(page).text, "it is said before"
    typed = {"title": "Titre", "body_html": "Texte", "themes": six}
    refused = chloe.send(page, typed)
    assert refused.status_code == 422
    assert "Choisissez-en au plus 5." in refused.text
    with atomic():
        token = create_token(cast.chloe, "a program", ["write"])[0]
    call = app.test_client().post(
        "/api/v1/groups/ess-quartiers/posts",
        json={"kind": "news", **typed},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (call.status_code, list(call.json["errors"])) == (422, ["themes"])
    old = make_post(cast.chloe, cast.ess, themes=six[:5])
    old.themes.append(db.session.query(Theme).filter_by(slug=six[5]).one())
    db.session.commit()
    kept = chloe.send(f"/publications/{old.id}/modifier", typed | {"seen": old.text_version})
    assert kept.status_code == 303, "what it had before it may keep"


def theme(number):
    return {"slug": f"theme-{number}", "name": f"Thème {number}"}


def test_what_a_closed_account_followed_is_forgotten(cast, browser):
    gina = make_member("Gina Rossi")
    follow(browser(gina), "/thematiques/sante")
    with atomic():
        erase_member(gina)
    run_pending_handlers()
    assert db.session.query(LabelFollow).count() == 0


def test_all_themes_and_the_name_of_each_lead_to_its_posts(cast, browser, visitor):
    post = make_post(cast.amina, cast.ess, themes=["sante"], territories=["C93006"])
    listed = visitor.get("/thematiques").text
    assert 'href="/thematiques/sante"' in listed
    assert 'href="/thematiques/tiers-lieux"' in listed
    shown = main_of(visitor.get(f"/publications/{post.id}").text)
    assert 'href="/thematiques/sante"' in shown
    assert 'href="/territoires/C93006"' in shown
    assert 'href="/thematiques"' in visitor.get("/plan-du-site").text


def test_what_is_coming_under_a_label_stands_above_its_posts(cast, browser, visitor):
    soon, later = (clock.now() + timedelta(days=days) for days in (3, 30))
    dated = {"themes": ["sante"], "territories": ["C93006"]}
    far = make_post(cast.amina, cast.ess, Kind.CALL, deadline=later, title="Loin", **dated)
    near = make_post(cast.amina, cast.private, Kind.CALL, deadline=soon, title="Près", **dated)
    for path, params in (
        ("/thematiques/sante", "theme=sante"),
        ("/territoires/D93", "territoire=Seine-Saint-Denis"),
    ):
        coming = coming_of(browser(cast.chloe).get(path).text)
        assert coming.index(f"/publications/{near.id}") < coming.index(f"/publications/{far.id}")
        assert f"/agenda?quoi=tout&amp;{params}" in coming
        assert "Près" not in coming_of(visitor.get(path).text)
    assert 'id="coming-title"' not in visitor.get("/territoires/D75").text


def coming_of(page):
    after = page[page.index('id="coming-title"') :]
    return after[: after.index("</section>")]
