"""What the api package holds."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application this feature."""
