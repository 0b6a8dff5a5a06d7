"""Slots: packages above fill places in the pages of packages below."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader

from grandequipe.web import slots
from grandequipe.web.slots import declare_slot, fill_slot, load_slot

TEMPLATES = {
    "count.html": "<b>{{ count }} {{ unit }}</b>",
    "name.html": "<i>{{ name }}</i>",
}


def load_count(things: list[str]) -> dict[str, int]:
    return {"count": len(things)}


def load_first(things: list[str]) -> dict[str, str] | None:
    return {"name": things[0]} if things else None


def load_people(people: list[str]) -> dict[str, int]:
    return {"count": len(people)}


@pytest.fixture
def page_app() -> Iterator[Flask]:
    """Give an application with one slot, which gives things."""
    app = Flask("page")
    app.jinja_loader = DictLoader(TEMPLATES)
    slots.init_app(app)
    declare_slot(app, "page.things", "things")
    with app.test_request_context():
        yield app


def render(*things: str) -> str:
    loaded = load_slot("page.things", things=list(things))
    return render_template_string(
        '{{ slot("page.things") }}', slots={loaded.name: loaded}, unit="pieces"
    )


def test_what_fills_a_slot_stands_there_in_order_with_its_own_variables_and_the_page_s(
    page_app: Flask,
) -> None:
    fill_slot(page_app, "page.things", "count.html", load_count)
    fill_slot(page_app, "page.things", "name.html", load_first)
    assert render("a", "<b>") == "<b>2 pieces</b><i>a</i>"
    assert render("<b>") == "<b>1 pieces</b><i>&lt;b&gt;</i>"


def test_where_nothing_is_loaded_nothing_stands(page_app: Flask) -> None:
    assert render("a") == ""
    fill_slot(page_app, "page.things", "name.html", load_first)
    assert render() == ""


def test_an_unknown_slot_is_an_error_at_the_start(page_app: Flask) -> None:
    with pytest.raises(LookupError, match=r"page\.other"):
        fill_slot(page_app, "page.other", "count.html", load_count)


def test_a_filler_that_takes_something_else_is_an_error_at_the_start(page_app: Flask) -> None:
    with pytest.raises(TypeError, match="load_people"):
        fill_slot(page_app, "page.things", "count.html", load_people)


def test_a_slot_is_declared_once_and_loaded_with_what_it_gives(page_app: Flask) -> None:
    with pytest.raises(ValueError, match="twice"):
        declare_slot(page_app, "page.things")
    with pytest.raises(TypeError, match=r"page\.things"):
        load_slot("page.things", people=[])


def test_a_page_that_did_not_load_a_slot_cannot_show_it(page_app: Flask) -> None:
    with pytest.raises(KeyError):
        render_template_string('{{ slot("page.things") }}', slots={})
