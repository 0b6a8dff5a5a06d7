"""A11: one key for one mailbox, by what its host has published."""

import pytest

from grandequipe.core.email_addresses import canonical_address


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Zoe.Petit+news@GoogleMail.com", "zoepetit@gmail.com"),
        ("z.o.e@gmail.com", "zoe@gmail.com"),
        ("zoe.petit+a+b@example.org", "zoe.petit@example.org"),
        ("zoe-petit@yahoo.fr", "zoe-petit@yahoo.fr"),
        ("no address", "no address"),
    ],
)
def test_an_address_leads_to_its_mailbox(address: str, mailbox: str) -> None:
    assert canonical_address(address) == mailbox
