"""B2, B5: a form says what it sends, and what was not touched stays as it was."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from grandequipe.extensions import db
from grandequipe.feed.models import Comment
from grandequipe.feed.queries import get_post
from tests.factories import make_comment, make_post
from tests.feed.conftest import wrong_fields

ESS = "/groupes/ess-quartiers/publier/actualite"
TYPED = "Budget: a<b\r\nÀ mardi <3\r\n\r\nJean <jean@example.org> & <p>moi</p>"
KEPT = (
    "<p>Budget: a&lt;b<br>À mardi &lt;3</p>"
    "<p>Jean &lt;jean@example.org&gt; &amp; &lt;p&gt;moi&lt;/p&gt;</p>"
)
RICH = (
    "<h3>Partie</h3><p><u>a</u> <s>b</s> <code>c</code> 10<sup>3</sup></p><pre>x\n  y</pre>"
    "<blockquote><p>un</p><p>deux</p></blockquote><ol><li>i<ul><li>j</li></ul></li></ol>"
)


def area(page: str, name: str = "body_html") -> tuple[str, str]:
    """Give the tag of a text area and the words in it."""
    found = re.search(rf'(<textarea[^>]*name="{name}"[^>]*>)(.*?)</textarea>', page, re.S)
    assert found
    return unescape(found[1]), unescape(found[2]).removeprefix("\r\n")


@pytest.mark.parametrize("format", ["text", None], ids=["said", "not said"])
def test_plain_words_keep_their_signs_and_their_lines(format, cast, browser):
    chloe, sent = browser(cast.chloe), {"title": "Un titre", "body_html": TYPED}
    if format:
        sent["body_format"] = format
    answer = chloe.send(ESS, sent)
    post = get_post(int(answer.headers["Location"].rsplit("/", 1)[1]), seen_by=cast.chloe)
    assert post.body_html == KEPT


def test_a_comment_and_an_answer_in_plain_words_keep_them_too(cast, browser):
    post = make_post(cast.amina, cast.ess)
    first = make_comment(cast.bruno, post)
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/commentaires"
    page = chloe.get(f"/publications/{post.id}").text
    assert len(re.findall(r'name="body_format" value="text"', page)) == 2
    sent = {"body_html": TYPED, "body_format": "text"}
    assert chloe.send(address, sent).status_code == 303
    assert chloe.send(address, sent | {"reply_to": str(first.id)}).status_code == 303
    said = db.session.scalars(select(Comment.body_html).where(Comment.id > first.id)).all()
    assert said == [KEPT, KEPT]


def test_what_the_editor_sends_is_html_however_it_begins(cast, browser):
    chloe = browser(cast.chloe)
    sent = {"title": "Un titre", "body_html": "<b>a</b> &lt;b", "body_format": "html"}
    answer = chloe.send(ESS, sent)
    post = get_post(int(answer.headers["Location"].rsplit("/", 1)[1]), seen_by=cast.chloe)
    assert post.body_html == "<b>a</b> &lt;b"


def test_a_refused_form_gives_back_what_was_typed_in_its_format(cast, browser):
    chloe = browser(cast.chloe)
    refused = chloe.send(ESS, {"title": "", "body_html": TYPED, "body_format": "text"})
    assert wrong_fields(refused.text) == {"title"}
    tag, words = area(refused.text)
    assert (words, "data-html" in tag) == (TYPED.replace("\r", ""), False)
    sent = {"title": "", "body_html": "<p>a &lt;b</p>", "body_format": "html"}
    tag, words = area(chloe.send(ESS, sent).text)
    assert 'data-html="<p>a &lt;b</p>"' in tag
    assert words == "a <b"


def test_a_post_is_given_to_edit_as_words_and_for_the_editor_as_html(cast, browser):
    post = make_post(cast.chloe, cast.ess, body_html=RICH)
    page = browser(cast.chloe).get(f"/publications/{post.id}/modifier").text
    tag, words = area(page)
    assert f'data-html="{RICH}"' in tag
    assert words.split("\n") == [
        "Partie", "", "a b c 10³", "", "x", "  y", "", "> un", ">", "> deux", "", "1. i", "   - j",
    ]  # fmt: skip
    assert "<noscript><p" in page
    plain = make_post(cast.chloe, cast.ess, body_html="<p>un<br>deux</p><p>trois</p>")
    assert "<noscript><p" not in browser(cast.chloe).get(f"/publications/{plain.id}/modifier").text


@pytest.mark.parametrize("format", ["text", "html"])
def test_a_text_that_comes_back_untouched_stays_as_it_was(format, cast, browser):
    """To the last sign, though it is written as no editor writes it."""
    kept = f"{RICH}<p>fin <b></b> </p>"
    post = make_post(cast.chloe, cast.ess, body_html=kept)
    post.body_html = kept
    db.session.commit()
    before = get_post(post.id, seen_by=cast.chloe).summary
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/modifier"
    tag, words = area(chloe.get(address).text)
    source = re.search(r'data-html="([^"]*)"', tag)
    assert source
    sent = words.replace("\n", "\r\n") if format == "text" else source[1]
    form = {"title": "Un autre titre", "body_html": sent, "body_format": format}
    assert chloe.send(address, form).status_code == 303
    after = get_post(post.id, seen_by=cast.chloe)
    assert (after.title, after.body_html, after.summary) == ("Un autre titre", kept, before)
    changed = form | {"body_html": f"{sent} plus"}
    assert chloe.send(address, changed).status_code == 303
    assert "plus" in get_post(post.id, seen_by=cast.chloe).body_html


def test_an_old_text_that_would_be_refused_today_does_not_stand_in_the_way(cast, browser):
    post = make_post(cast.chloe, cast.ess)
    post.body_html = "<div>" * 3_000 + "mot" + "</div>" * 3_000
    db.session.commit()
    chloe, address = browser(cast.chloe), f"/publications/{post.id}/modifier"
    _tag, words = area(chloe.get(address).text)
    form = {"title": "Un autre titre", "body_html": words, "body_format": "html"}
    assert chloe.send(address, form).status_code == 303
    assert get_post(post.id, seen_by=cast.chloe).body_html.count("<div>") == 3_000
