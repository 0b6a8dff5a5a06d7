"""Fifty files of 25 MB sent to the API at once: the speed, and the memory of the web process."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests

from benchmarks.people import token_of
from benchmarks.rows import Row
from benchmarks.stack import Stack
from grandequipe.attachments.models.files import LARGEST_FILE

AT_ONCE = 50
# None of them may have more than a gigabyte that belongs to nothing.
SENDERS = range(2, 6)
MOST_MEGABYTES = 200
MEGABYTE = 1024 * 1024
BOUNDARY = "part"
PART = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="bilan.pdf"\r\n\r\n'
    "%PDF-1.4\n"
)


def measure_uploads(stack: Stack) -> Row:
    """Have four members send fifty files at once."""
    tokens = [token_of(stack, number) for number in SENDERS]
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(lambda number: _send(stack, tokens[number % 4]), range(AT_ONCE)))
    took = time.perf_counter() - started
    if set(statuses) != {201}:
        raise RuntimeError(f"Uploads were answered {sorted(set(statuses))}.")
    peak = _peak_of(stack)
    return Row(
        "a file of 25 MB through the API, 50 at once",
        f"{AT_ONCE * LARGEST_FILE / MEGABYTE / took:,.0f} MB/s; {peak:,.0f} MB of memory",
        f"{MOST_MEGABYTES} MB",
        peak < MOST_MEGABYTES,
    )


def _send(stack: Stack, headers: dict[str, str]) -> int:
    return requests.post(
        f"http://127.0.0.1:{stack.port}/api/v1/files",
        data=_body(),
        headers={**headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        timeout=300,
    ).status_code


def _body() -> Iterator[bytes]:
    """Write a file of 25 MB, a part of it at a time."""
    yield PART.encode()
    left = LARGEST_FILE - len("%PDF-1.4\n")
    while left:
        yield bytes(min(left, MEGABYTE))
        left -= min(left, MEGABYTE)
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _peak_of(stack: Stack) -> float:
    """Give the most megabytes that a process of the web was resident with."""
    web = psutil.Process(stack.web.pid)
    peaks = [
        re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{each.pid}/status").read_text())[0]
        for each in (web, *web.children(recursive=True))
    ]
    return max(map(int, peaks)) / 1024
