"""The bytes of files are never whole in the memory of a web process."""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from flask import Flask

from grandequipe.attachments.models.files import LARGEST_FILE
from grandequipe.core.transactions import atomic
from grandequipe.members.services import create_token
from tests.attachments.sample_files import PDF
from tests.factories import Cast
from tests.site import Site

AT_ONCE = 50
MOST_MEGABYTES = 200
PART = b'--part\r\nContent-Disposition: form-data; name="file"; filename="bilan.pdf"\r\n\r\n'

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("uploads at once")]


@pytest.fixture
def site(app: Flask, environment: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    """Start one web process."""
    uploads = f"file://{tmp_path}/uploads"
    started = Site({**environment, "WEB_WORKERS": "1", "UPLOADS_URL": uploads}, tmp_path)
    started.start("web")
    try:
        started.wait_until_up()
        yield started
    finally:
        started.stop()


def body() -> Iterator[bytes]:
    """Write a multipart body with a file of 25 MB, some of it at a time."""
    yield PART + PDF
    left = LARGEST_FILE - len(PDF)
    while left:
        yield bytes(min(left, 256 * 1024))
        left -= min(left, 256 * 1024)
    yield b"\r\n--part--\r\n"


def peak_of(site: Site) -> float:
    """Give the most megabytes that a process of the web was resident with."""
    listed = subprocess.run(
        ["pgrep", "-g", str(site.processes["web"].pid)], capture_output=True, text=True, check=True
    )
    peaks = [
        int(re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0])
        for pid in listed.stdout.split()
    ]
    return max(peaks) / 1024


def test_fifty_uploads_of_25_megabytes_at_once_stay_under_200_megabytes(
    cast: Cast, site: Site
) -> None:
    owners = (cast.amina, cast.bruno, cast.chloe, cast.driss)
    with atomic():
        # Of one member, no more than 500 MB are kept.
        tokens = [create_token(each, "cinquante", ["write"])[0] for each in owners]

    def send(number: int) -> int:
        address = f"{site.url}/api/v1/files"
        headers = {
            "Authorization": f"Bearer {tokens[number % len(tokens)]}",
            "Content-Type": "multipart/form-data; boundary=part",
        }
        return requests.post(address, data=body(), headers=headers, timeout=300).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(send, range(AT_ONCE)))
    assert statuses == [201] * AT_ONCE
    stored = sum(file.stat().st_size for file in Path(site.folder, "uploads").rglob("content"))
    assert stored == AT_ONCE * LARGEST_FILE
    assert peak_of(site) < MOST_MEGABYTES
