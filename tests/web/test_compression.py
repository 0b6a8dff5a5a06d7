"""D16: the embedded default, before which no proxy stands, compresses what is words."""

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from grandequipe.app import create_app
from grandequipe.config import Settings
from tests.conftest import Visitor
from tests.factories import Cast, make_post, picture_file

GZIP = {"Accept-Encoding": "br;q=0.5, gzip"}
PAGE = "/groupes/ess-quartiers"


def style_in(page: str) -> str:
    """Give the address of the style sheet of a page."""
    found = re.search(r'rel="stylesheet" href="([^"]+)"', page)
    assert found
    return found[1]


def name_length(body: bytes) -> int:
    """Return the length of the file name in the head of a gzip member (RFC 1952, 2.3)."""
    return body.index(b"\0", 10) - 10 if body[3] & 8 else 0


def is_whole(answer: TestResponse, plain: bytes) -> bool:
    """Return whether an answer says its own length, and the same words as the plain one."""
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain)
    return gzip.decompress(answer.data) == plain


def test_styles_scripts_and_signs_come_compressed_and_are_known_again(visitor: Visitor) -> None:
    """They stay immutable, and a browser that has one is answered 304 under the tag it holds."""
    style = style_in(visitor.get("/aide").text)
    plain = visitor.get(style)
    packed = visitor.get(style, headers=GZIP)
    assert is_whole(packed, plain.data)
    assert packed.data == visitor.get(style, headers=GZIP).data
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert "immutable" in packed.headers["Cache-Control"]
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        again = visitor.get(style, headers={**GZIP, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    head = visitor.head(style, headers=GZIP)
    assert (head.status_code, head.data) == (200, b"")
    part = visitor.get(style, headers={**GZIP, "Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, plain.data[:10])


@pytest.mark.parametrize("wanted", ["", "identity", "gzip;q=0", "br", "deflate", "gzip;q=0, br"])
def test_who_does_not_take_it_gets_plain_words(visitor: Visitor, wanted: str) -> None:
    answer = visitor.get("/aide", headers={"Accept-Encoding": wanted})
    assert "Content-Encoding" not in answer.headers
    assert "<html" in answer.text
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_pages_that_are_kept_come_in_both_forms(
    cast: Cast, visitor: Visitor, browser: Callable[..., Visitor]
) -> None:
    """What is kept is plain: who asks in another form is not given theirs, nor an old nonce."""
    make_post(cast.chloe, cast.ess)
    for reader, page in ((visitor, PAGE), (browser(cast.chloe), "/")):
        for headers in ({}, GZIP, {}, GZIP):
            answer = reader.get(page, headers=headers)
            assert ("Content-Encoding" in answer.headers) == bool(headers)
            words = gzip.decompress(answer.data) if headers else answer.data
            found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
            assert found
            assert f'content="{found[1]}"' in words.decode()


def test_a_page_that_is_kept_is_packed_once(cast: Cast, visitor: Visitor) -> None:
    """Nothing is packed anew for its next reader: their nonce stands among the packed words."""
    make_post(cast.chloe, cast.ess)
    visitor.get(PAGE)
    answers = [visitor.get(PAGE, headers=GZIP) for _reader in range(2)]
    packed = []
    for answer in answers:
        found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert found
        pieces = answer.data[10 + name_length(answer.data) :].split(found[1].encode())
        packed.append(pieces[:-1])
        assert len(pieces) == gzip.decompress(answer.data).count(found[1].encode()) + 1 > 2
    assert packed[0] == packed[1]


def test_a_site_under_a_path_knows_its_sockets_and_bundled_files_too(
    environment: dict[str, str],
) -> None:
    """Nothing waits for the end of a socket to pack it, wherever the site stands."""
    below = create_app(Settings.from_environment({**environment, "SITE_URL": "http://localhost/a"}))
    client = below.test_client()
    socket = client.get("/a/socket.io/?EIO=4&transport=polling", headers=GZIP)
    assert (socket.status_code, socket.mimetype) == (400, "text/plain")
    assert "Vary" not in socket.headers
    style = style_in(client.get("/a/aide").text)
    assert style.startswith("/a/static/dist/")
    assert name_length(client.get(style, headers=GZIP).data) == 0


def test_the_api_and_what_is_refused_are_words_too(
    cast: Cast, visitor: Visitor, app: Flask
) -> None:
    for path, status in (("/api/v1/openapi.json", 200), ("/nowhere", 404)):
        answer = visitor.get(path, headers=GZIP)
        assert answer.status_code == status
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.data)


def test_pictures_short_words_and_nothing_pass_as_they_are(
    cast: Cast, visitor: Visitor, browser: Callable[..., Visitor]
) -> None:
    chloe = browser(cast.chloe)
    chloe.send("/reglages/photo", {"picture": (picture_file(), "moi.jpg")})
    picture = chloe.get(f"/membres/{cast.chloe.id}/photo", headers=GZIP)
    assert picture.mimetype.startswith("image/")
    for answer in (picture, visitor.get("/healthz", headers=GZIP)):
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
    assert visitor.get("/reglages", headers=GZIP).status_code in (302, 303)


def test_the_length_of_a_page_reveals_little_of_its_content(
    cast: Cast, browser: Callable[..., Visitor]
) -> None:
    """An attacker who has a browser ask (BREACH) counts bytes: some are random."""
    chloe = browser(cast.chloe)
    lengths = {name_length(chloe.get(PAGE, headers=GZIP).data) for _number in range(12)}
    assert len(lengths) > 3
    assert max(lengths) < 100


def test_behind_a_proxy_it_is_the_proxy_s_work(environment: dict[str, str], cast: Cast) -> None:
    behind = create_app(Settings.from_environment({**environment, "TRUSTED_PROXIES": "1"}))
    answer = behind.test_client().get("/aide", headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
