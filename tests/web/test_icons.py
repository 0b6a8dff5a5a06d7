"""Icons are drawn without asking any site: a page names shapes of one file that browsers keep."""

import re
from typing import Any

import pytest

from grandequipe.feed.models import Kind
from grandequipe.web.assets import icon
from tests.factories import make_comment, make_post

USED = re.compile(r'<use href="([^"#]+)#([\w-]+)"')
SENT = re.compile(r'<symbol id="([\w-]+)"')


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
def test_each_shape_that_is_used_is_in_the_file(cast: Any, browser: Any, fragment: bool) -> None:
    for kind in Kind:
        make_comment(cast.amina, make_post(cast.amina, cast.ess, kind))
    chloe = browser(cast.chloe)
    for path in ("/", "/groupes/ess-quartiers", "/publications/1"):
        headers = {"HX-Request": "true"} if fragment else {}
        used = USED.findall(chloe.get(path, headers=headers).text)
        files, names = zip(*used, strict=True)
        file = chloe.get(*set(files))
        assert set(names) <= set(SENT.findall(file.text)), path
        assert file.mimetype == "image/svg+xml"
        assert file.cache_control.immutable


def test_an_icon_that_is_not_in_the_set_is_a_mistake_that_shows(app: Any) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        icon("unicorn")


def test_a_browser_that_asks_for_the_icon_of_old_is_led_to_ours(visitor: Any) -> None:
    asked = visitor.get("/favicon.ico")
    assert asked.status_code == 302
    assert f'<link rel="icon" href="{asked.location}"' in visitor.get("/aide").text
    assert asked.cache_control.public
    assert asked.cache_control.max_age == 24 * 3600
    assert "Set-Cookie" not in asked.headers
    shown = visitor.get(asked.location)
    assert (shown.status_code, shown.mimetype) == (200, "image/svg+xml")
