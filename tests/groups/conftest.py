"""These scenes have the postman of those about accounts."""

from tests.members.conftest import postman as postman
