"""Pictures on S3, as the web process of production keeps and shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from flask import Flask
from moto.server import ThreadedMotoServer

from grandequipe.cli.actions.checks import uploads
from grandequipe.config import Settings
from grandequipe.core.transactions import atomic
from grandequipe.members.services import create_token
from tests.factories import PASSWORD, make_member_with_password, picture_file
from tests.http_visitor import HttpVisitor
from tests.site import Site, free_port

REGION = "fr-par"
BUCKET = "uploads"

pytestmark = pytest.mark.slow


@pytest.fixture
def keys() -> Iterator[dict[str, str]]:
    """Start a server that speaks S3, and give what an operator writes down of one."""
    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    yield {
        "AWS_ACCESS_KEY_ID": "clef",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "UPLOADS_URL": f"s3://{BUCKET}/files",
    }
    server.stop()


@pytest.fixture
def bucket(keys: dict[str, str]) -> Iterator[Any]:
    """Make a bucket there, and look into it as somebody else's program would."""
    s3 = boto3.resource(
        "s3",
        endpoint_url=keys["AWS_ENDPOINT_URL"],
        region_name=REGION,
        aws_access_key_id="autre",
        aws_secret_access_key="autre",
    )
    place = {"LocationConstraint": REGION}
    made = s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    yield made
    made.objects.delete()
    made.delete()


def test_a_picture_is_kept_shown_and_replaced(
    app: Flask, environment: dict[str, str], keys: dict[str, str], bucket: Any, tmp_path: Path
) -> None:
    alice = make_member_with_password("Alice Martin")
    site = Site({**environment, **keys, "WEB_WORKERS": "1"}, tmp_path)
    site.start("web")
    try:
        site.wait_until_up()
        guest = HttpVisitor(site.url)
        guest.send("/connexion", email=alice.email, password=PASSWORD)
        kept = []
        for _turn in range(2):
            content = picture_file().read()
            sent = guest.send("/reglages/photo", "/reglages/profil", {"picture": content})
            assert sent.status_code == 200
            [file] = bucket.objects.all()
            shown = guest.get(f"/membres/{alice.id}/photo")
            assert shown.headers["Content-Type"] == "image/webp"
            assert shown.content == file.get()["Body"].read()
            kept.append(file.key)
        assert kept[0] != kept[1], "the first one is forgotten"
        assert kept[1].startswith("files/pictures/")
    finally:
        site.stop()


def test_a_file_of_many_parts_is_kept_read_by_range_and_removed(
    app: Flask, environment: dict[str, str], keys: dict[str, str], bucket: Any, tmp_path: Path
) -> None:
    alice = make_member_with_password("Alice Martin")
    with atomic():
        token = create_token(alice, "envoi", ["read", "write"])[0]
    content = b"%PDF-1.7\n" + bytes(range(256)) * 50_000
    with site_on(Site({**environment, **keys, "WEB_WORKERS": "1"}, tmp_path)) as site:
        headers = {"Authorization": f"Bearer {token}"}
        sent = requests.post(
            f"{site.url}/api/v1/files",
            headers=headers,
            files={"file": ("bilan.pdf", content)},
            timeout=30,
        )
        assert sent.status_code == 201, sent.text
        [file] = bucket.objects.all()
        assert file.key.startswith("files/attachments/")
        assert file.get()["Body"].read() == content
        owner = HttpVisitor(site.url)
        path = sent.json()["url"].removeprefix(site.url)
        assert owner.get(path).status_code == 404
        owner.send("/connexion", email=alice.email, password=PASSWORD)
        shown = owner.get(path)
        assert (shown.content, shown.headers["Content-Type"]) == (content, "application/pdf")
        bucket.objects.delete()
        send_in_parts(f"{site.url}/api/v1/uploads", content, headers, number=3)
        [joined] = bucket.objects.all()
        assert joined.get()["Body"].read() == content, "and its parts are gone"


def send_in_parts(address: str, content: bytes, headers: dict[str, str], number: int) -> None:
    """Send a file by the protocol tus."""
    tus = {**headers, "Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    length = {"Upload-Length": str(len(content)), "Upload-Metadata": "filename YS5wZGY="}
    begun = requests.post(address, headers={**tus, **length}, timeout=30)
    place = f"{address}/{begun.json()['id']}"
    step = len(content) // number + 1
    for start in range(0, len(content), step):
        offset = {"Upload-Offset": str(start)}
        part = content[start : start + step]
        sent = requests.patch(place, part, headers={**tus, **offset}, timeout=30)
        assert sent.status_code == 204, sent.text


@contextmanager
def site_on(site: Site) -> Iterator[Site]:
    """Start a web process, and end it."""
    site.start("web")
    try:
        site.wait_until_up()
        yield site
    finally:
        site.stop()


def test_the_doctor_tries_it(
    environment: dict[str, str], keys: dict[str, str], bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    assert uploads(Settings.from_environment({**environment, **keys})) is None
    assert list(bucket.objects.all()) == []
    elsewhere = {**environment, **keys, "UPLOADS_URL": "s3://another/files"}
    result = uploads(Settings.from_environment(elsewhere))
    assert result is not None
    assert result.startswith("cannot write to s3://another/files")
    assert result.endswith("check UPLOADS_URL.")
    assert "\n" not in result
