"""Reading feeds as programs do."""

import re
from typing import Any

import feedparser
from werkzeug.test import TestResponse

from tests.conftest import Visitor
from tests.feed.conftest import taxonomies as taxonomies

PRIVATE_FEEDS = "/reglages/flux"


def read_feed(answer: TestResponse) -> Any:
    """Read a feed with feedparser, which finds no fault with it."""
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(answer.data, sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def titles_of(answer: TestResponse) -> list[str]:
    """List the titles of a feed's entries."""
    return [entry.title for entry in read_feed(answer).entries]


def private_feed(client: Visitor) -> str:
    """Make a private address on its page, and read it there."""
    assert client.send(PRIVATE_FEEDS).status_code == 303
    page = client.get(PRIVATE_FEEDS).text
    found = re.search(r'value="http://localhost(/flux/[^"?]+\.atom)"', page)
    assert found
    return found[1]
