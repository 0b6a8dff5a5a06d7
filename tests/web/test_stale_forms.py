"""B7: what was typed in a page that is too old comes back, is sent again, and writes once."""

import io
import re
from collections.abc import Callable

import pytest

from grandequipe.extensions import db
from grandequipe.feed.models import Post
from grandequipe.members.models import Member
from tests.conftest import Visitor, new_key
from tests.factories import Cast

Open = Callable[[Member], Visitor]

PUBLISH = "/groupes/ess-quartiers/publier/actualite"
NEWS = {"title": "Un long travail", "body_html": "<p>Des mots <b>gras</b> &amp; autres.</p>"}
HIDDEN = re.compile(r'<input type="hidden" name="(.*?)" value="(.*?)">')
FROM_HERE = {"Origin": "http://localhost", "Referer": f"http://localhost{PUBLISH}"}


def resend(page: str) -> dict[str, str]:
    """Read the form that sends on what was typed."""
    form = re.search(r"<form[^>]*data-resend.*?</form>", page, re.S)
    assert form
    fields = dict(HIDDEN.findall(form[0]))
    return {
        name: value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for name, value in fields.items()
    }


def test_what_was_typed_in_an_old_page_is_shown_and_sent_with_one_press(
    cast: Cast, browser: Open
) -> None:
    chloe = browser(cast.chloe)
    sent = {**NEWS, "form_key": new_key(), "form_mark": "1", "csrf_token": "of another session"}
    shown = chloe.post(PUBLISH, data=sent, headers=FROM_HERE)
    assert shown.status_code == 400
    assert "Des mots gras &amp; autres." in shown.text
    fields = resend(shown.text)
    assert {name: fields[name] for name in (*NEWS, "form_key", "form_mark")} == {
        name: sent[name] for name in (*NEWS, "form_key", "form_mark")
    }
    answers = [chloe.send(PUBLISH, fields) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [post.title for post in db.session.query(Post)] == ["Un long travail"]


def test_a_form_without_a_chosen_file_is_sent_with_one_press(cast: Cast, browser: Open) -> None:
    """A browser sends an empty part for a file input."""
    sent = {**NEWS, "upload": (io.BytesIO(), "")}
    shown = browser(cast.chloe).post(PUBLISH, data=sent, headers=FROM_HERE)
    assert shown.status_code == 400
    assert resend(shown.text)["title"] == NEWS["title"]


def test_an_old_page_with_files_gives_the_texts_back_and_asks_for_the_files_again(
    cast: Cast, browser: Open
) -> None:
    sent = {**NEWS, "upload": [(io.BytesIO(), ""), (io.BytesIO(b"%PDF"), "bilan.pdf")]}
    shown = browser(cast.chloe).post(PUBLISH, data=sent, headers=FROM_HERE)
    assert shown.status_code == 400
    assert "Des mots gras &amp; autres." in shown.text
    assert "choisissez de nouveau vos fichiers" in shown.text
    assert f'href="{PUBLISH}"' in shown.text
    assert "data-resend" not in shown.text


def test_the_paragraphs_and_lines_of_a_text_stay_apart(cast: Cast, browser: Open) -> None:
    """B3, in the text that is given back."""
    typed = {**NEWS, "body_html": "<p>un mot</p><p>deux<br>trois</p><ul><li>quatre</li></ul>"}
    shown = browser(cast.chloe).post(PUBLISH, data=typed, headers=FROM_HERE).text
    words = re.sub(r"<[^>]+>", "", shown)
    assert re.search(r"un mot\s+deux\s+trois\s+.{0,2}quatre", words)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_another_site_sends_is_not_sent_on(
    cast: Cast, browser: Open, headers: dict[str, str]
) -> None:
    shown = browser(cast.chloe).post(PUBLISH, data=NEWS, headers=headers)
    assert shown.status_code == 400
    assert "data-resend" not in shown.text
    assert NEWS["title"] not in shown.text


def test_who_was_logged_out_reads_again_what_they_typed(visitor: Visitor, cast: Cast) -> None:
    shown = visitor.post(PUBLISH, data=NEWS, headers=FROM_HERE)
    assert shown.status_code == 400
    assert "Un long travail" in shown.text
    assert "data-resend" not in shown.text


def test_a_password_is_not_given_back(visitor: Visitor) -> None:
    form = {"email": "quelqu.un@example.org", "password": "un mot de passe à moi"}
    shown = visitor.post("/connexion", data=form, headers=FROM_HERE)
    assert shown.status_code == 400
    assert "un mot de passe à moi" not in shown.text
