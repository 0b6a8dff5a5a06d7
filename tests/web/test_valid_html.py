"""D16: every page is valid HTML, by html-validate, with the rules of `.htmlvalidate.mjs`.

Each route that writes HTML, as it is shown and as it refuses an empty form; each page of the table
of the browser's scenes, as four kinds of people see it; errors, empty lists, and what open pages
ask for, inside the elements that they are put in.
"""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import render_template
from flask_security.recoverable import generate_reset_password_token

from grandequipe.core.transactions import atomic
from grandequipe.digests.models import DigestSubscription
from grandequipe.extensions import db
from grandequipe.groups.services import invite_address
from grandequipe.members.models import Member
from grandequipe.notifications.models import MAILED_KINDS
from grandequipe.notifications.services import stopping_token
from tests.api.conftest import react_to_all
from tests.browser.test_every_page import PAGES, make_structure, report_and_appeal
from tests.conftest import Visitor
from tests.factories import Cast
from tests.sample_content import make_sample_content
from tests.test_visibility import ROWS, Stage

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / ".htmlvalidate.mjs"
VALIDATE = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
TEMPLATES = ROOT / "grandequipe" / "web" / "templates"
ESS = "/groupes/ess-quartiers"
Open = Callable[[Member], Visitor]
# A mail is laid out for mail programs, by rules of their own; what ends the session ends the walk.
LEFT_OUT = ("security.logout", "static", "digests.preview_digest", "courrier.html")
REDIRECTS = (301, 302, 303)
FRAGMENT = (
    '<!doctype html><html lang="fr"><head><title>-</title></head>'
    "<body><main>{}</main></body></html>"
)
IN_A_LIST = "<ol>{}</ol>"
OPTIONS = (
    '<label for="t">-</label><input type="text" id="t" list="l"><datalist id="l">{}</datalist>'
)
# A menu inside a line of text, as every page had one: what a page is not to be.
WRONG = FRAGMENT.format("<h1>-</h1><span><details><summary>-</summary>-</details></span>")


@pytest.fixture
def places(cast: Cast) -> dict[str, str]:
    """Create content of every kind, and return the parameters of its URLs."""
    stands = make_sample_content(cast)
    with atomic():
        invite_address(cast.amina, cast.private, "ami@example.org")
    react_to_all()
    leaving = db.session.get(DigestSubscription, cast.driss.id)
    assert leaving
    return {
        **stands,
        **make_structure(cast),
        **report_and_appeal(cast),
        "chloe": str(cast.chloe.id),
        "leaving": leaving.unsubscribe_key,
        "reset": generate_reset_password_token(cast.bruno),
        "stopping": stopping_token(cast.chloe, MAILED_KINDS),
        "mail": "0-none",
    }


def test_every_page_is_valid_html(
    cast: Cast, places: dict[str, str], browser: Open, visitor: Visitor, tmp_path: Path
) -> None:
    written = {
        **dict(shown(cast, places, browser, visitor)),
        **dict(asked_for_by_open_pages(browser(cast.chloe), places)),
        **dict(errors(visitor)),
        **dict(answers_of_each_route(cast, browser(cast.amina))),
    }
    assert len(written) > 140
    found = complaints(written | {"wrong": WRONG}, tmp_path)
    assert [rule.split()[0] for rule in found.pop("wrong")] == ["element-permitted-content"]
    assert found == {}


def shown(
    cast: Cast, places: dict[str, str], browser: Open, visitor: Visitor
) -> Iterator[tuple[str, str]]:
    """Open every page of the table, as everyone."""
    for name, paths in PAGES.items():
        reader = browser(getattr(cast, name)) if name else visitor
        for path in paths:
            answer = reader.get(path.format_map(places))
            if answer.status_code not in REDIRECTS:
                yield f"{name} {path}", answer.text


def asked_for_by_open_pages(reader: Visitor, places: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Ask for the parts of pages that scripts put in place."""
    post = f"/publications/{places['news']}"
    for path, around in (
        (f"{post}/commentaires/{places['said']}", IN_A_LIST),
        (f"{post}/reactions", "{}"),
        (f"{post}?cursor=1", IN_A_LIST),
        ("/", "{}"),
        (ESS, "{}"),
        ("/territoires/suggestions?q=paris", OPTIONS),
        ("/notifications/compteur", "{}"),
    ):
        answer = reader.get(path, headers={"HX-Request": "true"})
        if answer.mimetype == "text/html":
            yield f"part of {path}", FRAGMENT.format(around.format(answer.text))


def errors(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Meet what goes wrong: what nobody can provoke here is written as it would be."""
    yield "no token", visitor.post("/connexion", data={"email": "x"}).text
    yield "no such method", visitor.put("/aide").text
    for status in (400, 403, 404, 413, 422, 429, 500):
        with visitor.application.test_request_context("/"):
            name = f"{status}.html" if (TEMPLATES / f"{status}.html").exists() else "error.html"
            yield f"error {status}", render_template(name, status=status, bare=status == 500)


def answers_of_each_route(cast: Cast, owner: Visitor) -> Iterator[tuple[str, str]]:
    """Ask every route of the table of rights; send each form empty, as its page refuses it."""
    stage = Stage(cast, cast.ess)
    for row in ROWS:
        if row.endpoint.startswith("api.") or row.endpoint in LEFT_OUT:
            continue
        path = stage.fill(row.path)
        answer = owner.get(path) if row.method == "GET" else owner.send(path, {})
        if answer.mimetype == "text/html" and answer.status_code not in REDIRECTS:
            yield f"{row}", answer.text
        if row.method == "POST" and answer.status_code in REDIRECTS:
            yield f"{row} after", owner.get(answer.location).text


def complaints(
    written: Mapping[str, str], folder: Path, rules: Path = RULES
) -> dict[str, list[str]]:
    """Have all pages read at once, and give what is wrong with each."""
    names = {}
    for number, (name, page) in enumerate(written.items()):
        path = folder / f"{number:04d}.html"
        path.write_text(page, encoding="utf-8")
        names[str(path)] = name
    # Into a file: it would leave before a pipe has taken it all.
    report = folder / "report.json"
    command = ["node", str(VALIDATE), "--config", str(rules), "--formatter", f"json={report}"]
    run = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert report.exists(), run.stderr
    return {
        names[page["filePath"]]: [
            f"{each['ruleId']} {each['line']}: {each['message']}" for each in page["messages"]
        ]
        for page in json.loads(report.read_text())
        if page["messages"]
    }
