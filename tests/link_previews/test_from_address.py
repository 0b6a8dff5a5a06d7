"""The form of a resource fills itself from an address, and says who has shared it already."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import expect

from grandequipe.core.transactions import atomic
from grandequipe.extensions import celery, db
from grandequipe.feed.models import Kind, Post
from grandequipe.feed.services.links import refer_to_links
from grandequipe.link_previews.tasks import FETCHER, fetch_waiting, propose
from grandequipe.members.models import Member
from tests.api.conftest import program as program
from tests.attachments.conftest import Send, send as send
from tests.attachments.sample_files import pdf_saying
from tests.browser.looks import looks_of
from tests.browser.test_drafts import hold
from tests.chromium import OpenWindow
from tests.conftest import Visitor
from tests.factories import Cast, make_post
from tests.link_previews.foreign import ForeignSite, foreign_site, page
from tests.queued import take_queued
from tests.waiting import wait_until

PUBLISH = "/groupes/ess-quartiers/publier/ressource"
PAGE = """<title>Guide des jardins</title><meta property=og:site_name content="Jardins de France">
<meta name=description content="Créer un jardin & le faire vivre">"""


@pytest.fixture
def site_behind(app: Flask) -> Iterator[ForeignSite]:
    with foreign_site() as started:
        started.answers["/guide"] = page(PAGE)
        before = app.extensions[FETCHER]
        app.extensions[FETCHER] = started.fetcher()
        yield started
        app.extensions[FETCHER] = before


def work(app: Flask) -> None:
    """Do what a worker does with the next page that is asked for."""
    asked: list[list[str]] = []
    with app.app_context():
        wait_until(lambda: asked.extend(take_queued(propose)) or bool(asked), "a page is asked for")
        for arguments in asked:
            propose(*arguments)


def test_a_program_of_the_page_asks_and_gets_what_the_page_says(
    app: Flask, cast: Cast, browser: Callable[[Member], Visitor], site_behind: ForeignSite
) -> None:
    amina = browser(cast.amina)
    asked = amina.send("/publier/adresse", {"url": "http://site.example/guide"})
    assert asked.status_code == 202, asked.text
    path = f"/publier/adresse/{asked.json['id']}"
    assert amina.get(path).json == {"state": "waiting"}
    assert site_behind.requests == [], "no web process asks another site"
    work(app)
    found = amina.get(path).json
    assert (found["state"], found["title"]) == ("ready", "Guide des jardins")
    assert found["publisher"] == "Jardins de France"
    assert found["body_html"] == "<p>Créer un jardin &amp; le faire vivre</p>"
    assert browser(cast.bruno).get(path).json == {"state": "waiting"}, "it is not theirs"
    refused = amina.send("/publier/adresse", {"url": "http://127.0.0.1:6379/"})
    assert refused.status_code == 422
    assert "lire cette page" in refused.json["sentence"]


def test_without_scripts_a_button_fills_what_is_empty(
    app: Flask, cast: Cast, browser: Callable[[Member], Visitor], site_behind: ForeignSite
) -> None:
    worker = Thread(target=work, args=(app,))
    worker.start()
    typed = {
        "url": "http://site.example/guide", "title": "Mon titre", "publisher": "",
        "body_html": "", "body_format": "text", "preview": "fill",
    }  # fmt: skip
    shown = browser(cast.amina).send(PUBLISH, typed).text
    worker.join()
    assert 'value="Mon titre"' in shown
    assert 'value="Jardins de France"' in shown
    assert "Créer un jardin &amp; le faire vivre</textarea>" in shown
    assert "Rempli d’après la page" in shown


def share(author: Member, group: object, url: str = "http://site.example/guide") -> Post:
    post = make_post(author, group, Kind.RESOURCE, url=url, title="Le guide, déjà")
    with atomic():
        refer_to_links(post.id)
    return post


def test_an_address_that_a_group_of_mine_has_is_pointed_out_and_no_other(
    cast: Cast, browser: Callable[[Member], Visitor], site_behind: ForeignSite
) -> None:
    share(cast.amina, cast.private)
    typed = {"url": "HTTP://site.example:80/guide?utm_source=lettre#haut"}
    answer = browser(cast.amina).send("/publier/adresse", typed).json
    assert "Le guide, déjà" in answer["shared"]
    assert browser(cast.driss).send("/publier/adresse", typed).json["shared"] == ""
    public = share(cast.amina, cast.ess)
    answer = browser(cast.driss).send("/publier/adresse", typed).json
    assert answer["shared"].count("<li>") == 1
    assert f"/publications/{public.id}" in answer["shared"]
    own = {**typed, "post": str(public.id)}
    assert browser(cast.driss).send("/publier/adresse", own).json["shared"] == ""
    form = {"url": "http://site.example/guide", "title": "Encore", "preview": "files"}
    shown = browser(cast.chloe).send(PUBLISH, form).text
    assert "Le guide, déjà" in shown, "a plain form says it when it is shown again"


def test_a_file_that_a_group_of_mine_has_is_pointed_out(
    cast: Cast, send: Send, browser: Callable[[Member], Visitor]
) -> None:
    content = pdf_saying("Bilan")
    first = send(cast.amina, content, "bilan.pdf").json["id"]
    with atomic():
        make_post(cast.amina, cast.private, title="Bilan secret", files=[first])
    form = {"title": "Bilan", "preview": "files", "upload": (io.BytesIO(content), "copie.pdf")}
    news = PUBLISH.replace("ressource", "actualite")
    assert "Bilan secret" in browser(cast.chloe).send(news, form).text
    assert send(cast.driss, content, "copie.pdf").json["shared_in"] == []
    second = send(cast.amina, content, "bilan.pdf").json
    with atomic():
        make_post(cast.amina, cast.ess, title="Bilan public", files=[second["id"]])
    form["upload"] = (io.BytesIO(content), "copie.pdf")
    assert "Bilan public" in browser(cast.chloe).send(news, form).text
    sent = send(cast.driss, content, "copie.pdf").json
    assert [each["title"] for each in sent["shared_in"]] == ["Bilan public"]
    assert send(cast.chloe, content + b"\n", "autre.pdf").json["shared_in"] == []


def test_the_form_fills_itself_and_leaves_what_was_typed(
    app: Flask, cast: Cast, open_window: OpenWindow, site_behind: ForeignSite
) -> None:
    # Pages are read in this process, whose fetcher knows the server on this machine.
    stop_worker = partial(celery.control.cancel_consumer, "links", reply=True)
    wait_until(stop_worker, "the site's worker takes no links")
    try:
        post = share(cast.bruno, cast.ess)
        db.session.commit()
        window = open_window(cast.amina)
        script = hold(window, "from-address", PUBLISH)
        window.fill("input[name=publisher]", "Moi")
        window.fill("input[name=url]", "http://site.example/guide")
        window.locator("input[name=url]").press("Tab")
        script.continue_()
        expect(window.locator(".from-address [role=status]")).to_have_text("Lecture de la page…")
        work(app)
        title = window.locator("input[name=title]")
        expect(title).to_have_value("Guide des jardins")
        expect(window.locator("input[name=publisher]")).to_have_value("Moi")
        expect(window.locator("trix-editor")).to_have_text("Créer un jardin & le faire vivre")
        expect(window.get_by_role("link", name="Le guide, déjà")).to_be_visible()
        assert not any(looks_of(window).values()), looks_of(window)
        window.fill("input[name=url]", "http://127.0.0.1/")
        window.get_by_role("button", name="Remplir depuis l’adresse").click()
        status = window.locator(".from-address [role=status]")
        work(app)
        expect(status).to_contain_text("Nous n’avons pas pu lire cette page")
        expect(title).to_have_value("Guide des jardins")
        assert len(site_behind.requests) == 2, "a click after the typing asks once"
        fetch_waiting()
        window.goto(f"/publications/{post.id}")
        expect(window.get_by_role("link", name="Guide des jardins")).to_be_visible()
        assert not any(looks_of(window).values()), looks_of(window)
    finally:
        celery.control.add_consumer("links", reply=True)


def test_who_waits_for_a_page_holds_no_connection_and_asks_so_often_at_most(
    app: Flask, cast: Cast, browser: Callable[[Member], Visitor], site_behind: ForeignSite
) -> None:
    amina, settings = browser(cast.amina), app.config["SETTINGS"]
    typed = {"url": "http://site.example/guide", "body_format": "text", "preview": "fill"}
    pages: list[str] = []

    def ask() -> None:
        with app.app_context():
            pages.append(amina.send(PUBLISH, typed).text)

    db.session.rollback()
    app.config["SETTINGS"] = replace(settings, limit_addresses="1 per hour")
    try:
        waiting = Thread(target=ask)
        waiting.start()
        asked: list[list[str]] = []
        wait_until(lambda: asked.extend(take_queued(propose)) or bool(asked), "a page is asked for")
        held = db.engine.pool.checkedout()
        for arguments in asked:
            propose(*arguments)
        waiting.join()
        again = amina.send(PUBLISH, typed).text
        address = amina.send("/publier/adresse", {"url": "http://site.example/guide"})
    finally:
        app.config["SETTINGS"] = settings
    assert held == 0
    assert "Guide des jardins" in pages[0]
    assert "lire cette page" in again
    assert address.status_code == 429
    assert take_queued(propose) == []
