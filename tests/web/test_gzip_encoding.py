"""What is packed in pieces is one gzip file, whatever stands between them."""

import gzip

import pytest

from grandequipe.web.gzip_encoding import QUICK, THOROUGH, StoredBody, gzipped

OLD, NEW = "a" * 22, "b" * 22
PAGES = ["", OLD, OLD * 3, f"<p>{OLD}", f"{OLD}</p>", f"<p>{OLD}</p>\0é" * 9_000, "no nonce " * 99]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["", "0" * 99])
def test_a_kept_page_unpacks_to_the_same_words_with_the_new_nonce(page: str, name: str) -> None:
    answer = StoredBody(page.encode(), OLD).with_nonce(NEW)
    wanted = page.replace(OLD, NEW).encode()
    assert b"".join(answer) == wanted
    assert gzip.decompress(answer.gzipped(name)) == wanted


@pytest.mark.parametrize("level", [QUICK, THOROUGH])
@pytest.mark.parametrize("body", [b"", b"a", bytes(range(256)) * 1_000])
def test_what_is_packed_at_once_is_a_file_too(body: bytes, level: int) -> None:
    assert gzip.decompress(gzipped(body, "0" * 50, level)) == body
