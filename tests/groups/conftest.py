"""The `inbox` fixture, as in the tests of accounts."""

from tests.members.conftest import inbox as inbox
