"""A public group's posts and dates stand in frames on other people's sites."""

import re
from datetime import timedelta
from html import unescape

import pytest

from grandequipe.core import clock
from grandequipe.core.transactions import atomic
from grandequipe.feed.models import Kind
from grandequipe.feed.services import remove_post
from grandequipe.groups.models import Visibility
from tests.factories import make_post

LINK = re.compile(r'<a href="http://localhost/publications/\d+" target="_blank" rel="noopener"'
                  r'[^>]*>([^<]+)</a>')  # fmt: skip
SNIPPET = re.compile(r"<textarea[^>]*>([^<]+)</textarea>")


def frame_of(group, query=""):
    """Give the address of the list of a group."""
    return f"/integration/groupes/{group.slug}{query}"


def in_days(days):
    """Give an instant in some days."""
    return clock.now() + timedelta(days=days)


def test_any_site_may_frame_the_list_which_has_no_session_no_cookie_and_no_script(
    cast, browser, visitor
):
    make_post(cast.amina, cast.ess, title="Chauffer <b>moins</b>", language="fr")
    answer = visitor.get(frame_of(cast.ess))
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert not {"X-Frame-Options", "Set-Cookie"} & set(answer.headers.keys())
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "<script" not in answer.text
    assert [unescape(each) for each in LINK.findall(answer.text)] == ["Chauffer <b>moins</b>"]
    # A member's browser gets the very same, and everything else of the site stays unframed.
    assert browser(cast.amina).get(frame_of(cast.ess)).data == answer.data
    page = visitor.get(f"/groupes/{cast.ess.slug}")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_what_is_shown_is_chosen_in_the_address_from_closed_lists(cast, visitor):
    make_post(cast.amina, cast.ess, title="Une nouvelle")
    make_post(cast.amina, cast.ess, Kind.CALL, title="Un appel", deadline=in_days(9))
    make_post(cast.amina, cast.ess, Kind.WEBINAR, title="Un webinaire", starts_at=in_days(5),
              ends_at=in_days(5) + timedelta(hours=1))  # fmt: skip

    def shown(query):
        return LINK.findall(visitor.get(frame_of(cast.ess, query)).text)

    assert shown("") == ["Un webinaire", "Un appel", "Une nouvelle"]
    assert shown("?nombre=1") == ["Un webinaire"]
    assert shown("?kind=appel&kind=actualite") == ["Un appel", "Une nouvelle"]
    assert shown("?montrer=agenda") == ["Un webinaire", "Un appel"]
    assert shown("?montrer=agenda&kind=appel") == ["Un appel"]
    for wild in (
        "?nombre=999999999999999999999",
        "?nombre=-1",
        "?nombre=x",
        "?kind=%00",
        "?montrer='",
    ):
        assert shown(wild) == shown("")
    coloured = visitor.get(frame_of(cast.ess, '?couleur=coral&fond=sombre&x="><script>')).text
    assert '<body class="sombre coral">' in coloured
    assert "script" not in coloured
    assert 'class="auto' in visitor.get(frame_of(cast.ess, "?couleur=url(x)&fond=x")).text


def test_the_list_is_asked_for_by_its_tag_and_never_older_than_what_is_asked(cast, visitor):
    post = make_post(cast.amina, cast.ess, title="La première")
    tag = {"If-None-Match": visitor.get(frame_of(cast.ess)).headers["ETag"]}
    again = visitor.get(frame_of(cast.ess), headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    with atomic():
        remove_post(cast.amina, post)
    answer = visitor.get(frame_of(cast.ess), headers=tag)
    assert "Rien n’a encore été publié." in answer.text
    agenda = visitor.get(frame_of(cast.ess, "?montrer=agenda"))
    assert "Rien de prévu pour le moment." in agenda.text


def test_a_group_that_turns_private_is_gone_from_all_frames_and_pages_at_once(cast, visitor):
    make_post(cast.amina, cast.ess, title="Mesurer ensemble")
    tag = {"If-None-Match": visitor.get(frame_of(cast.ess)).headers["ETag"]}
    assert "Mesurer ensemble" in visitor.get(f"/groupes/{cast.ess.slug}").text
    with atomic():
        cast.ess.visibility = Visibility.PRIVATE
    gone = visitor.get(frame_of(cast.ess), headers=tag)
    unknown = visitor.get("/integration/groupes/inconnu")
    assert gone.status_code == unknown.status_code == 404
    assert gone.data == unknown.data
    assert "n’est pas disponible" in gone.text
    assert "frame-ancestors *" in gone.headers["Content-Security-Policy"]
    assert "Mesurer ensemble" not in visitor.get(f"/groupes/{cast.ess.slug}").text


def test_a_moderator_sees_the_preview_and_copies_the_snippet(cast, browser):
    bruno = browser(cast.bruno)
    path = f"/groupes/{cast.ess.slug}/reglages/integration"
    assert f'href="{path}"' in bruno.get(f"/groupes/{cast.ess.slug}").text
    page = bruno.get(f"{path}?montrer=agenda&kind=appel&nombre=10&couleur=mint&fond=clair").text
    query = "?montrer=agenda&kind=appel&nombre=10&couleur=mint&fond=clair"
    assert f'src="{frame_of(cast.ess, query)}"' in page.replace("&amp;", "&")
    snippet = unescape(SNIPPET.search(page)[1])
    address = f"http://localhost{frame_of(cast.ess, query)}"
    assert snippet.startswith(f'<iframe src="{address}"'.replace("&", "&amp;"))
    assert bruno.get(unescape(re.search(r'src="([^"]+)"', snippet)[1])).status_code == 200
    private = bruno.get(f"/groupes/{cast.private.slug}/reglages/integration")
    assert "<iframe" not in private.text


@pytest.mark.parametrize("slug", ["ess-quartiers", "regies-de-quartier"])
def test_members_without_a_role_cannot_open_the_page_of_the_snippet(cast, browser, slug):
    assert browser(cast.chloe).get(f"/groupes/{slug}/reglages/integration").status_code == 403
