"""Without scripts too, what cannot be taken back is asked about first."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from grandequipe.members.models import Member
from tests.conftest import Visitor
from tests.factories import Cast, make_comment, make_post

MEMBERS = "/groupes/ess-quartiers/membres"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def form_to(page: str, action: str) -> dict[str, str]:
    """Read what a form of the page sends."""
    found = re.search(rf'<form[^>]*\baction="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found
    fields = {name: unescape(value) for name, value in HIDDEN.findall(found[0])}
    return {name: value for name, value in fields.items() if name != "csrf_token"}


def heading(page: str) -> str:
    """Read the h1."""
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found
    return unescape(found[1])


def test_removing_a_post_is_asked_about_first(
    cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    post = make_post(cast.chloe, cast.ess, title="Le marché & la place")
    path, chloe = f"/publications/{post.id}", browser(cast.chloe)
    removal = f"{path}/supprimer"
    sent = form_to(chloe.get(path).text, removal)
    asked = chloe.send(removal, sent, headers={"Referer": f"http://localhost{path}"})
    assert asked.status_code == 200
    assert heading(asked.text) == "Supprimer «\u00a0Le marché & la place\u00a0»\u202f?"
    assert "avec ses commentaires" in asked.text
    assert f'class="button button-second" href="{path}"' in asked.text
    assert chloe.get(path).status_code == 200
    assert chloe.send(removal, form_to(asked.text, removal)).status_code == 303
    assert chloe.get(path).status_code == 404


def test_what_the_form_says_is_said_again_with_the_answer(
    cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    amina = browser(cast.amina)
    action = f"{MEMBERS}/{cast.chloe.id}/role"
    sent = {**form_to(amina.get(MEMBERS).text, action), "next": f"{MEMBERS}?a=1&b=2"}
    assert sent["role"] == "owner"
    answer = form_to(amina.send(action, sent).text, action)
    assert answer == {
        "role": "owner",
        "next": f"{MEMBERS}?a=1&b=2",
        "form_key": sent["form_key"],
    }


@pytest.mark.parametrize("path", [MEMBERS, "/publications/{post}", "/reglages/photo"])
def test_every_question_of_a_page_can_be_asked_without_scripts(
    path: str, cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    """Each form that a dialog asks about carries the question, for a page to ask it."""
    post = make_post(cast.amina, cast.ess)
    make_comment(cast.amina, post)
    page = browser(cast.amina).get(path.format(post=post.id)).text
    for form in re.findall(r"<form[^>]*data-confirm.*?</form>", page, re.DOTALL):
        assert {"question", "question_yes", "question_kind"} <= dict(HIDDEN.findall(form)).keys()


def test_a_question_comes_from_a_page_of_ours_or_is_not_asked(cast: Cast, visitor: Visitor) -> None:
    """Elsewhere anybody could write it: here no word of theirs is shown."""
    forged = {"question": "Votre mot de passe ?", "locale": "en", "next": "/"}
    for path in ("/langue", "/publications/1/supprimer", "/api/v1/tokens"):
        assert "Votre mot de passe" not in visitor.post(path, data=forged).text


def test_the_question_does_not_lead_off_this_site(
    cast: Cast, browser: Callable[[Member], Visitor]
) -> None:
    post = make_post(cast.chloe, cast.ess)
    for came in ("http://evil.example/here", "http://localhost//evil.example/here"):
        asked = browser(cast.chloe).send(
            f"/publications/{post.id}/supprimer",
            {"question": "Sûr ?", "question_yes": "Oui", "question_kind": "danger"},
            headers={"Referer": came},
        )
        assert "evil.example" not in asked.text
