"""No template asks the database: what a page shows is read before it is rendered.

All scenes hold to it: the fixture `session_app` calls `forbid_queries_in_templates`.
"""

from typing import Any

from flask import Flask, before_render_template, g, has_app_context, template_rendered
from jinja2 import Template
from sqlalchemy import event

from grandequipe.core import refreshed
from grandequipe.extensions import db

RENDERED = "rendered_template"


def forbid_queries_in_templates(app: Flask) -> None:
    """Raise an AssertionError at each statement that is executed while a template is rendered."""
    before_render_template.connect(_begin, app)
    template_rendered.connect(_end, app)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _refuse)


def _begin(_app: Flask, template: Template, **_more: Any) -> None:
    setattr(g, RENDERED, template.name or "a string")


def _end(_app: Flask, **_more: Any) -> None:
    g.pop(RENDERED, None)


def _refuse(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
    """Pass over what a process reads every few seconds, whatever it is doing then."""
    if connection.get_execution_options().get(refreshed.OPTION):
        return
    if has_app_context() and RENDERED in g:
        raise AssertionError(f"{g.pop(RENDERED)} asks the database: {statement}")
