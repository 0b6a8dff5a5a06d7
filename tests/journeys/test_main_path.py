"""The main job, end to end, in real windows, on a real site, to a digest that was really sent."""

import email
import os
import subprocess
import sys
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path

from playwright.sync_api import Page, expect

from grandequipe.core import clock
from tests.chromium import PHONE, OpenWindow
from tests.factories import PASSWORD, Cast, admit, make_member_with_password
from tests.site import PROJECT, Site

TITLE = "Financer une régie de quartier\u00a0: retours d’expérience"


def test_a_webinar_goes_from_a_thumb_to_an_open_page_and_into_a_digest(
    cast: Cast, site: Site, open_window: OpenWindow, mails_folder: Path
) -> None:
    """Zoé publishes on her phone, Bruno's open page learns of it, Chloé reads her digest."""
    zoe = make_member_with_password("Zoé Petit", email="zoe@example.org")
    admit(cast.ess, zoe)
    reader = open_window(cast.bruno)
    reader.goto("/groupes/ess-quartiers")
    expect(reader.locator("html[data-connection=online]")).to_be_attached()

    phone = open_window(width=PHONE)
    log_in(phone, "zoe@example.org")
    publish_webinar(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text(TITLE)

    bar = reader.locator("[data-quiet-bar]")
    expect(bar).to_contain_text("1 nouvelle publication")
    expect(reader.get_by_text(TITLE)).to_have_count(0)
    bar.get_by_role("button").click()
    expect(reader.get_by_role("link", name=TITLE, exact=True)).to_be_visible()

    send_digests_of_next_week(site)
    message = only_digest_to("chloe@example.org", mails_folder)
    assert message["Subject"].startswith(TITLE)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        text = unescape(message.get_body((part,)).get_content())
        assert TITLE in text
        assert "14\u00a0h\u00a030" in text

    send_digests_of_next_week(site)
    assert only_digest_to("chloe@example.org", mails_folder)["Message-ID"] == message["Message-ID"]


def log_in(page: Page, address: str) -> None:
    """Log in the way a member does."""
    page.goto("/connexion")
    page.fill("input[name=email]", address)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url("/")


def publish_webinar(page: Page) -> None:
    """Publish from the bottom bar, as on a phone, in under ten gestures."""
    day = (clock.now() + timedelta(days=10)).strftime("%Y-%m-%d")
    page.goto("/groupes/ess-quartiers/publier")
    page.locator('main a[href$="/publier/webinaire"]').click()
    page.fill("input[name=title]", TITLE)
    page.locator("trix-editor[contenteditable]").click()
    page.keyboard.type("Trois régies racontent comment elles ont trouvé leurs premiers contrats.")
    page.fill("input[name=starts_at]", f"{day}T14:30")
    page.fill("input[name=ends_at]", f"{day}T16:00")
    page.fill("input[name=join_url]", "https://visio.example.org/regies")
    page.locator(".form-actions button:not([name])").click()


def send_digests_of_next_week(site: Site) -> None:
    """Let a week pass: have every digest sent that is due by then."""
    then = (clock.now() + timedelta(days=8)).isoformat()
    subprocess.run(
        [sys.executable, "-m", "grandequipe.cli", "digests", "send", "--at", then],
        cwd=PROJECT,
        env={**os.environ, **site.environment},
        check=True,
        capture_output=True,
    )


def only_digest_to(address: str, folder: Path) -> EmailMessage:
    """Read the only digest that an address was sent."""
    mails = [
        message
        for path in folder.glob("[0-9]*.eml")
        if (message := email.message_from_bytes(path.read_bytes(), policy=default))["To"] == address
        and message["List-Unsubscribe"]
    ]
    assert len(mails) == 1
    return mails[0]  # type: ignore[return-value]
