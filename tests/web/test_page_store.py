"""A2: whole answers kept in memory: the last word holds, and who is asked for least goes first."""

from collections.abc import Callable, Iterable
from typing import Any

from grandequipe.web.page_store import PageStore

POLICY = ("Content-Security-Policy", "script-src 'nonce-abc'")


def ask(pages: PageStore, name: str) -> tuple[list[Any], bytes]:
    """Ask for a page; give what was answered first and last, and the body."""
    started: list[Any] = []
    body = b"".join(
        pages.answer((name,), {"PATH_INFO": name}, lambda *given: started.append(given))
    )
    return started, body


def test_an_error_that_takes_back_a_begun_answer_is_what_is_answered() -> None:
    """PEP 3333: `start_response` may be called again with `exc_info`, and its last call holds."""

    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [POLICY])
        write = start_response("500 INTERNAL SERVER ERROR", [], (ValueError, ValueError(), None))
        write(b"sor")
        yield b"ry"

    pages = PageStore(broken, 10)
    for _twice in range(2):
        started, body = ask(pages, "a")
        assert started == [("500 INTERNAL SERVER ERROR", [])]
        assert body == b"sorry"


def test_the_page_that_was_asked_for_longest_ago_makes_room() -> None:
    made: list[str] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        made.append(environ["PATH_INFO"])
        start_response("200 OK", [POLICY])
        return [b"page"]

    pages = PageStore(application, 2)
    for name in ("read by all", "b", "read by all", "c", "read by all"):
        ask(pages, name)
    assert made == ["read by all", "b", "c"]
