"""People and the structures that they act for: accounts, profiles, preferences."""

from flask import Flask

from grandequipe.members import accounts
from grandequipe.members.identity import viewer


def init_app(app: Flask) -> None:
    """Give the application its accounts."""
    accounts.init_app(app)
    app.context_processor(lambda: {"viewer": viewer()})
