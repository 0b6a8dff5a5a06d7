"""Fixtures of the directory."""

from tests.api.conftest import program as program
