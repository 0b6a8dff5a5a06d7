"""The caught mails, in the browser (A14: of this machine only)."""

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from grandequipe.app import create_app
from grandequipe.config import Settings
from grandequipe.core import mail
from grandequipe.web.mailbox import MOST_LISTED
from tests.conftest import CHEAP_HASHING, Visitor
from tests.factories import PASSWORD

MAIL = mail.Mail(
    to="chloe@example.org",
    subject="Une lettre à lire",
    text="Bonjour Chloé",
    html="<html><head></head><body><p>Bonjour <b>Chloé</b></p></body></html>",
)


def newest(mails_folder: Path) -> str:
    return max(mails_folder.glob("[0-9]*.eml")).stem


def test_a_caught_mail_is_listed_and_read(app: Flask, visitor: Visitor, mails_folder: Path) -> None:
    mail.send(MAIL)
    name = newest(mails_folder)
    assert f"/courrier/{name}" in visitor.get("/courrier").text
    of_nobody = visitor.get("/courrier?to=nobody@example.org").text
    assert f"/courrier/{name}" not in of_nobody
    assert "Aucune lettre à «\N{NO-BREAK SPACE}nobody@example.org" in unescape(of_nobody)
    page = visitor.get(f"/courrier/{name}")
    assert "Une lettre à lire" in page.text
    assert "Bonjour Chloé" in page.text
    assert 'sandbox="allow-popups' in page.text


def test_the_mails_to_somebody_are_found_behind_those_to_many(
    app: Flask, visitor: Visitor, mails_folder: Path
) -> None:
    mail.send(MAIL)
    name = newest(mails_folder)
    for number in range(MOST_LISTED):
        copy = (mails_folder / f"{name}.eml").read_text().replace(MAIL.to, "autre@example.org")
        (mails_folder / f"9{number:019}-{'a' * 8}.eml").write_text(copy)
    assert f"/courrier/{name}" not in visitor.get("/courrier").text
    assert f"/courrier/{name}" in visitor.get(f"/courrier?to={MAIL.to}").text


def test_the_head_of_a_caught_mail_is_for_people(
    app: Flask, visitor: Visitor, mails_folder: Path
) -> None:
    mail.send(MAIL)
    page = visitor.get(f"/courrier/{newest(mails_folder)}", headers={"Accept-Language": "fr"})
    head = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.text)
    assert [name for name, _value in head][:3] == ["De", "À", "Date"]
    assert re.fullmatch(r"\w+ \S+ \w+ 20\d\d à \d+\s+h(\s+\d+)?", head[2][1])


def test_its_html_part_can_do_nothing(app: Flask, visitor: Visitor, mails_folder: Path) -> None:
    mail.send(MAIL)
    answer = visitor.get(f"/courrier/{newest(mails_folder)}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "Bonjour <b>Chloé</b>" in answer.text


def test_no_name_leads_out_of_the_folder(app: Flask, visitor: Visitor) -> None:
    for name in ("..%2f..%2fsecret_key", "inconnue", "." * 29, f"{'0' * 20}-{'a' * 8}"):
        assert visitor.get(f"/courrier/{name}").status_code == 404


def test_pages_after_a_mail_was_sent_lead_to_the_mail_catcher(app: Flask, visitor: Visitor) -> None:
    assert "/courrier" not in visitor.get("/connexion").text
    assert pages_that_send_a_mail(visitor) == [True, True, True]
    path, foreign = "/mot-de-passe-oublie", {"base_url": "http://evil.example"}
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(path, **foreign).text)
    assert token
    asked = visitor.post(path, data={"email": MAIL.to, "csrf_token": token[1]}, **foreign)
    assert "data-flashes" in asked.text
    assert "/courrier" not in asked.text


def test_without_a_mail_catcher_there_is_no_such_page(
    app: Flask, environment: dict[str, str]
) -> None:
    production = create_app(
        Settings.from_environment({**environment, "MAIL_CATCHER_URL": ""}), CHEAP_HASHING
    )
    assert not any(rule.rule.startswith("/courrier") for rule in production.url_map.iter_rules())
    assert pages_that_send_a_mail(Visitor(production)) == [False, False, False]


def pages_that_send_a_mail(visitor: Visitor) -> list[bool]:
    """Register and ask for mails; return which of the pages that follow lead to the mails."""
    account = {"display_name": "Alice Martin", "email": MAIL.to, "password": PASSWORD}
    registered = visitor.send("/inscription", account)
    asked = {"email": MAIL.to}
    pages = [
        visitor.get(registered.location),
        visitor.send("/mot-de-passe-oublie", asked),
        visitor.send("/confirmation", asked),
    ]
    assert ["data-flashes" in page.text for page in pages] == [True] * 3
    return ['href="/courrier"' in page.text for page in pages]


def test_a_foreign_name_that_points_here_shows_no_mails(
    app: Flask, visitor: Visitor, mails_folder: Path
) -> None:
    """Else a page elsewhere reads them through its visitor's browser, and they open doors."""
    mail.send(MAIL)
    address = f"/courrier/{newest(mails_folder)}"
    pages = ("/courrier", address, f"{address}/html")
    asked = {
        host: [visitor.get(page, base_url=f"http://{host}").status_code for page in pages]
        for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "evil.example", "a b")
    }
    assert asked == {
        "localhost:8000": [200, 200, 200],
        "127.0.0.1:8000": [200, 200, 200],
        "[::1]:8000": [200, 200, 200],
        "evil.example": [404, 404, 404],
        "a b": [404, 404, 404],
    }


NEAR = [{"REMOTE_ADDR": each} for each in ("127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1")]
FAR = [
    {"REMOTE_ADDR": each}
    for each in ("192.168.1.20", "fe80::1", "::ffff:192.168.1.20", "0.0.0.1", "localhost", "")
]
BY_A_PROXY = [
    {"REMOTE_ADDR": "127.0.0.1", header: word}
    for header, word in {
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "HTTP_FORWARDED": "for=127.0.0.1",
        "HTTP_X_REAL_IP": "127.0.0.1",
        "HTTP_VIA": "1.1 proxy",
        "HTTP_X_FORWARDED_PROTO": "http",
    }.items()
]
NEIGHBOUR_WHO_CLAIMS = {"REMOTE_ADDR": "192.168.1.20", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_a_neighbour_sees_no_mails_whatever_their_headers_claim(
    environment: dict[str, str], visitor: Visitor, mails_folder: Path, proxies: str
) -> None:
    """With `make run HOST=0.0.0.0` the whole network may ask: only this machine is answered."""
    mail.send(MAIL)
    session_app = create_app(Settings.from_environment({**environment, "TRUSTED_PROXIES": proxies}))
    session_app.testing = True
    address = f"/courrier/{newest(mails_folder)}"

    def answers(environs: list[dict[str, str]]) -> set[int]:
        return {
            session_app.test_client()
            .get(page, base_url="http://localhost", environ_overrides=each)
            .status_code
            for each in environs
            for page in ("/courrier", address, f"{address}/html")
        }

    assert answers(NEAR) == {200}
    assert answers([*FAR, *BY_A_PROXY, NEIGHBOUR_WHO_CLAIMS]) == {404}
