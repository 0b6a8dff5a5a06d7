"""Foreign pages are fetched from public addresses only, and within limits whatever they answer."""

import gzip
import socket
from collections.abc import Iterable, Iterator

import pytest

from grandequipe.core.fetching import Failure, Fetcher, FetchFailed, is_public, normalised
from grandequipe.core.web_pages import describe_page
from tests.link_previews.foreign import ForeignSite, ToPort, foreign_site, page, redirect

HTML = ("text/html",)


@pytest.fixture
def site() -> Iterator[ForeignSite]:
    with foreign_site() as started:
        yield started


def failure_of(fetcher: Fetcher, address: str) -> tuple[Failure, bool]:
    with pytest.raises(FetchFailed) as failed:
        fetcher.fetch(address, HTML)
    return failed.value.failure, failed.value.is_final


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "192.0.0.8", "198.18.0.1", "192.88.99.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fe80::1",
        "fe80::1%eth0", "fec0::1", "fd00::1", "ff02::1", "3fff::1", "", "localhost",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2a01:e0a::1", "2606:4700::1111"])
def test_what_is_public_is_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "localhost", "[::1]",
     "[::ffff:127.0.0.1]", "[::127.0.0.1]", "0", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"],
)  # fmt: skip
def test_no_way_of_writing_it_leads_to_this_machine(site: ForeignSite, host: str) -> None:
    site.answers["/"] = page("<title>Secret</title>")
    fetcher = Fetcher("test", network=ToPort(site.port))
    assert failure_of(fetcher, f"http://{host}/")[0] in (
        Failure.ADDRESS, Failure.UNREACHABLE,
    )  # fmt: skip
    assert site.requests == []


def test_a_name_that_leads_to_a_private_address_is_refused(site: ForeignSite) -> None:
    for addresses in (["10.0.0.1"], ["8.8.8.8", "127.0.0.1"]):
        fetcher = Fetcher("test", resolve=lambda _host, _port, found=addresses: found)
        assert failure_of(fetcher, "http://rebind.example/") == (Failure.ADDRESS, True)
    assert site.requests == []


def test_the_name_is_resolved_once_and_the_address_that_was_checked_is_the_one_asked(
    site: ForeignSite,
) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    asked: list[str] = []

    def is_allowed(address: str) -> bool:
        asked.append(address)
        return True

    site.answers["/"] = page("<title>Bonjour</title>")
    fetcher = Fetcher(
        "test",
        resolve=lambda *_name: next(answers),
        is_allowed=is_allowed,
        network=ToPort(site.port),
    )
    assert fetcher.fetch(site.url("/"), HTML).content == b"<title>Bonjour</title>"
    assert asked == ["127.0.0.1"]


@pytest.mark.parametrize(
    "target",
    ["http://inside.example/", "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data/",
     "file:///etc/passwd", "ftp://site.example/", "http://site.example:22/", "gopher://a/",
     "http://user:word@site.example/", "//10.0.0.1/", "http://[::1]/", "http://[bad/", "data:,a"],
)  # fmt: skip
def test_a_redirect_is_checked_as_the_first_address(site: ForeignSite, target: str) -> None:
    site.answers["/"] = redirect(target)
    fetcher = site.fetcher(**{"inside.example": "10.0.0.1"})
    assert failure_of(fetcher, site.url("/")) == (Failure.ADDRESS, True)


def test_three_redirects_are_followed_and_not_a_fourth(site: ForeignSite) -> None:
    for number in range(4):
        site.answers[f"/{number}"] = redirect(f"/{number + 1}", 301 + number % 2)
    site.answers["/4"] = page("<title>Arrivée</title>")
    found = site.fetcher().fetch(site.url("/1#part?x"), HTML)
    assert (found.address, found.charset) == (site.url("/4"), "utf-8")
    assert failure_of(site.fetcher(), site.url("/0")) == (Failure.STATUS, True)


def test_the_request_says_who_asks_and_brings_nothing_else(site: ForeignSite) -> None:
    site.answers["/a"] = page("a", "text/html", "Set-Cookie: a=b")
    site.answers["/b"] = redirect(site.url("/a", "other.example"))
    site.fetcher(**{"other.example": "127.0.0.1"}).fetch(site.url("/b"), HTML)
    for request in site.requests:
        names = {line.split(":")[0].lower() for line in request.split("\r\n")[1:] if line}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "User-Agent: GrandeEquipe/test" in site.requests[1]
    assert "Host: other.example" in site.requests[1]


def drip(site: ForeignSite, *first: bytes) -> Iterable[bytes]:
    yield from first
    while not site.ended.wait(0.02):
        yield b"x"


def endless(*first: bytes) -> Iterable[bytes]:
    yield from first
    while True:
        yield b"a" * 65_536


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize("first", [(), (b"HTTP/1.1 200 OK\r\nX-A: ",), (HEAD, b"\r\n")])
def test_a_slow_server_is_left_in_time(site: ForeignSite, first: tuple[bytes, ...]) -> None:
    site.answers["/"] = lambda: drip(site, *first)
    assert failure_of(site.fetcher(seconds=0.5), site.url("/")) == (Failure.UNREACHABLE, False)


def test_a_resolver_that_does_not_answer_is_left_in_time(site: ForeignSite) -> None:
    fetcher = Fetcher("test", resolve=lambda *_name: [str(site.ended.wait(60))], seconds=0.2)
    assert failure_of(fetcher, "http://slow.example/") == (Failure.UNREACHABLE, False)


def test_of_an_endless_page_the_first_bytes_are_read(site: ForeignSite) -> None:
    site.answers["/page"] = lambda: endless(HEAD, b"\r\n<title>Sans fin</title>")
    found = site.fetcher().fetch(site.url("/page"), HTML)
    assert (len(found.content), found.is_whole) == (512 * 1024, False)
    with pytest.raises(FetchFailed) as failed:
        site.fetcher().fetch(site.url("/page"), HTML, is_cut=False)
    assert failed.value.failure is Failure.TOO_LARGE
    site.answers["/head"] = lambda: endless(b"HTTP/1.1 200 OK\r\nX-A: ")
    assert failure_of(site.fetcher(), site.url("/head")) == (Failure.UNREACHABLE, True)


def test_a_compressed_bomb_is_unpacked_no_further_than_the_limit(site: ForeignSite) -> None:
    bomb = gzip.compress(b"<title>Bombe</title>" + b" " * 200_000_000, 1)
    site.answers["/"] = page(bomb, "text/html", "Content-Encoding: gzip")
    found = site.fetcher().fetch(site.url("/"), HTML)
    assert len(found.content) == 512 * 1024
    assert describe_page(found.content, found.charset, "").title == "Bombe"


@pytest.mark.parametrize(
    ("answer", "failure", "is_final"),
    [
        (page("a", "application/pdf"), Failure.KIND, True),
        (page("a", "text/html", "Content-Encoding: br"), Failure.KIND, True),
        (page("no gzip", "text/html", "Content-Encoding: gzip"), Failure.UNREACHABLE, True),
        (b"HTTP/1.1 404 No\r\n\r\n", Failure.STATUS, True),
        (b"HTTP/1.1 503 No\r\n\r\n", Failure.STATUS, False),
        (b"HTTP/1.1 429 No\r\n\r\n", Failure.STATUS, False),
        (b"SSH-2.0-OpenSSH\r\n\r\n", Failure.UNREACHABLE, True),
    ],
)
def test_what_is_no_page_fails_for_good_or_for_now(
    site: ForeignSite, answer: bytes, failure: Failure, is_final: bool
) -> None:
    site.answers["/"] = answer
    assert failure_of(site.fetcher(), site.url("/")) == (failure, is_final)


def test_a_server_that_is_not_there_is_asked_again_later(site: ForeignSite) -> None:
    fetcher, address = site.fetcher(), site.url("/")
    site.listener.shutdown(socket.SHUT_RDWR)
    site.listener.close()
    assert failure_of(fetcher, address) == (Failure.UNREACHABLE, False)


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("HTTPS://Éxemple.fr:443/é?utm_source=a&b=ü#x",
         "https://xn--xemple-9ua.fr/%C3%A9?b=%C3%BC"),
        ("http://exemple.fr", "http://exemple.fr/"),
        ("http://exemple.fr./a%20b?", "http://exemple.fr/a%20b"),
        ("https://exemple.fr:80/", "https://exemple.fr:80/"),
        ("http://exemple.fr:8080/", None),
        ("http://moi@exemple.fr/", None),
        ("http://exem ple.fr/", None),
        ("http:///a", None),
        ("javascript:alert(1)", None),
        ("http://exemple.fr/" + "a" * 2_000, None),
        ("http://" + "é" * 300 + ".fr/", None),
    ],
)  # fmt: skip
def test_an_address_has_one_usual_form(typed: str, usual: str | None) -> None:
    assert normalised(typed) == usual


def described(html: str | bytes, charset: str = "utf-8"):  # type: ignore[no-untyped-def]
    content = html.encode() if isinstance(html, str) else html
    return describe_page(content, charset, "https://exemple.fr/dossier/page")


def test_a_page_says_what_it_is() -> None:
    said = described(
        "<!doctype html><head><title>Secours</title>"
        '<meta property="og:title" content="Un jardin &amp; des voisins">'
        '<meta content="Ce qu’on y   fait\n > ensemble" name=description>'
        "<META PROPERTY=og:site_name CONTENT=Exemple>"
        '<meta property="og:image" content="../image.jpg">'
    )
    assert (said.title, said.site_name) == ("Un jardin & des voisins", "Exemple")
    assert said.description == "Ce qu’on y fait > ensemble"
    assert said.picture == "https://exemple.fr/image.jpg"
    assert described("<title>Secours</title>").title == "Secours"
    assert described("<p>Rien").title == ""


def test_a_page_is_read_in_its_own_charset() -> None:
    page_in = "<meta charset={}><title>L’été à Évry</title>"
    for charset, header in (
        ("utf-8", ""), ("cp1252", "iso-8859-1"), ("cp1252", ""), ("utf-16", "utf-16"),
        ("shift_jis", "zip"), ("utf-8", "idna"),
    ):  # fmt: skip
        words = "L’été à Évry" if charset != "shift_jis" else "東京"
        html = page_in.format("x" if charset == "utf-16" else charset).replace(
            "L’été à Évry", words
        )
        assert described(html.encode(charset), header).title == words


HOSTILE = {
    "script in a title": "<title><script>alert(1)</script></title>",
    "a turned title": "<title>\u202egnp.exe\u2066 a</title>",
    "a huge attribute": f'<meta property="og:title" content="{"a" * 500_000}"><title>Court</title>',
    "open quotation marks": '<meta content="' * 50_000,
    "many tags": "<meta name=a content=b>" * 30_000,
    "many titles": "<title>" * 80_000,
    "nested formats": "".join(f"<b a={n}>" for n in range(40_000)) + "<p>" * 20_000,
    "deep tables": "<table><td>" * 50_000,
    "no end": "<title>a" + "&lt;" * 100_000,
    "marks": "<title>" + "a" + "\u0301" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_little_and_gives_plain_words(name: str) -> None:
    said = described(HOSTILE[name])
    assert len(said.title) <= 200
    assert "\u202e" not in said.title


def test_words_of_a_page_stay_words() -> None:
    assert described(HOSTILE["script in a title"]).title == "<script>alert(1)</script>"
    assert described(HOSTILE["a huge attribute"]).title == "Court"
