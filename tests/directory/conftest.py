"""Fixtures of the directory."""

from tests.api.conftest import program as program
from tests.members.conftest import inbox as inbox
