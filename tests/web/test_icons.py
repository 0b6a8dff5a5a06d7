"""Icons are drawn without asking any site; a page sends each shape once."""

import re
from typing import Any

from grandequipe.feed.models import Kind
from tests.factories import make_post

USED = re.compile(r'<use href="#i-([\w-]+)"')
SENT = re.compile(r'<symbol id="i-([\w-]+)"')


def test_a_page_sends_each_shape_it_uses_once(cast: Any, browser: Any) -> None:
    for kind in Kind:
        make_post(cast.amina, cast.ess, kind)
    chloe = browser(cast.chloe)
    for path in ("/", "/groupes/ess-quartiers", "/groupes", "/publications/1", "/reglages/profil"):
        for _ in range(2):
            page = chloe.get(path).text
            assert set() != set(USED.findall(page)) <= set(SENT.findall(page)), path
            assert len(SENT.findall(page)) == len(set(SENT.findall(page))), path


def test_a_fragment_carries_the_shapes_it_uses(cast: Any, browser: Any) -> None:
    make_post(cast.amina, cast.ess)
    chloe = browser(cast.chloe)
    chloe.get("/groupes/ess-quartiers")
    fragment = chloe.get("/groupes/ess-quartiers", headers={"HX-Request": "true"}).text
    assert USED.findall(fragment) == []
    assert '<svg class="icon" viewBox="0 0 24 24"' in fragment
