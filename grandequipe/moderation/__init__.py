"""Reports, cases, decisions with their reasons, appeals, and the public log of moderation."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages of moderation."""
