"""These scenes have the inbox of those about accounts."""

from tests.members.conftest import inbox as inbox
