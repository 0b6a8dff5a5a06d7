"""The fixture of mails, which scenes of accounts share."""

from tests.members.conftest import inbox as inbox
