"""Searching all that a reader may see: one table, written by triggers, asked with their rights."""

from flask import Flask

from grandequipe.search import models as models


def init_app(app: Flask) -> None:
    """Register the search."""
