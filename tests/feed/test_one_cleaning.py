"""A6: a text is cleaned once, however it comes in, and beside the requests of others.

It goes to a thread twice: for the signs that nobody sees, and for its tags.
"""

import pytest

from grandequipe.core import threads
from grandequipe.core.html import reading
from grandequipe.core.threads import SHORT
from grandequipe.feed.queries import get_post
from tests.factories import make_post

ESS = "/groupes/ess-quartiers/publier/actualite"
LONG = f"<p>{' '.join(['mot'] * SHORT)}</p>"


@pytest.fixture
def seen(monkeypatch):
    """Count the texts that are parsed, and the threads that are asked for."""
    seen = {"parsed": 0, "in a thread": 0}
    parse, run_in_thread = reading.parse, threads.run_in_thread

    def counting_parse(html):
        seen["parsed"] += 1
        return parse(html)

    def counting_threads(work):
        seen["in a thread"] += 1
        return run_in_thread(work)

    monkeypatch.setattr(reading, "parse", counting_parse)
    monkeypatch.setattr(threads, "run_in_thread", counting_threads)
    return seen


def test_a_publication_an_edit_and_a_comment_clean_their_text_once(cast, browser, seen):
    chloe, sent = browser(cast.chloe), {"title": "Un titre", "body_html": LONG}
    post = make_post(cast.chloe, cast.ess)
    address = f"/publications/{post.id}"
    for path, form in {
        ESS: sent,
        f"{address}/modifier": sent,
        f"{address}/commentaires": {"body_html": LONG},
    }.items():
        seen.update(dict.fromkeys(seen, 0))
        assert chloe.send(path, form).status_code == 303
        assert seen == {"parsed": 1, "in a thread": 2}, path
    assert get_post(post.id, seen_by=cast.chloe).body_html == LONG


def test_what_is_too_long_is_not_parsed_at_all(cast, browser, seen):
    sent = {"title": "Un titre", "body_html": "<p>x</p>" * 31_000}
    assert browser(cast.chloe).send(ESS, sent).status_code == 422
    assert seen["parsed"] == 0
