"""What a page knows of the forms that it shows: whether one was refused."""

from flask import Flask, g


def init_app(app: Flask) -> None:
    """Let the summary of errors tell the title of the page, which asks when all else is written."""
    app.jinja_env.globals.update(tell_refused=tell_refused, is_refused=is_refused)


def tell_refused() -> str:
    """Note that the page shows a form that was refused."""
    g.is_refused = True
    return ""


def is_refused() -> bool:
    """Tell whether the page shows a form that was refused."""
    return bool(g.get("is_refused"))
