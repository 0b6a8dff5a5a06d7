"""The way in, in a real window, with the mail brought by the running worker."""

import email
import email.policy
import re
from pathlib import Path

import pytest

from tests.chromium import PHONE, OpenWindow, findings, sideways
from tests.factories import PASSWORD
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


def link_to_confirm(folder: Path, before: set[Path], address: str) -> str | None:
    """Find the link in a mail to an address that is not among those of before, if it has come."""
    for path in set(folder.glob("[0-9]*.eml")) - before:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if message["To"] == address:
            found = re.search(
                r"http://\S+/confirmation/\S+", message.get_body(("plain",)).get_content()
            )
            if found:
                return found[0]
    return None


def test_one_registers_on_a_phone_and_is_in(open_window: OpenWindow, mails_folder: Path) -> None:
    page, before = open_window(width=PHONE), set(mails_folder.glob("[0-9]*.eml"))
    page.goto("/inscription")
    page.get_by_role("textbox").nth(0).fill("Nadia Haddad")
    page.locator("#email").fill("nadia@example.org")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/connexion")
    link = wait_until(
        lambda: link_to_confirm(mails_folder, before, "nadia@example.org"),
        "the mail of welcome comes",
    )
    page.goto(link)
    page.wait_for_url("**/reglages/profil?next=/")
    assert findings(page) == []
    page.get_by_role("link", name="Passer pour l’instant").first.click()
    page.wait_for_url("**/")
    page.goto("/reglages/profil")
    assert page.locator("#display_name").input_value() == "Nadia Haddad"
    assert findings(page) == []
    assert sideways(page) == 0
