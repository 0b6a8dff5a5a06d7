"""The content lines of a calendar: escaped, without controls, folded (RFC 5545, 3.1, 3.3.11)."""

import re
from datetime import UTC, datetime

LONGEST_OCTETS = 75
# As much as fits, up to where a character of UTF-8 ends; the blank that goes on with a line counts.
FIRST_PART, NEXT_PART = (
    re.compile(b"(?s).{1,%d}(?![\x80-\xbf])" % octets)
    for octets in (LONGEST_OCTETS, LONGEST_OCTETS - 1)
)
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
IN_PARAMETER = re.compile('[\x00-\x1f\x7f-\x9f"\ud800-\udfff]+')


def line(name: str, value: str) -> bytes:
    """Write a content line whose value is escaped already."""
    octets = f"{name}:{value}".encode()
    if len(octets) <= LONGEST_OCTETS:
        return octets + b"\r\n"
    first = FIRST_PART.match(octets)
    cut = first.end() if first else 0
    parts = [octets[:cut], *NEXT_PART.findall(octets, cut)]
    return b"\r\n ".join(parts) + b"\r\n"


def text_line(name: str, text: str) -> bytes:
    """Write a line whose value is a text, of one line or several."""
    if ODD.search(text):
        text = CONTROLS.sub("", LINE_ENDS.sub("\n", text))
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return line(name, text.replace("\n", "\\n"))


def parameter(value: str) -> str:
    """Write the value of a parameter in quotation marks; it holds none, and no controls."""
    return f'"{IN_PARAMETER.sub(" ", value).strip()}"'


def utc(instant: datetime) -> str:
    """Write an instant in UTC, to the second."""
    return f"{local(instant.astimezone(UTC))}Z"


def local(moment: datetime) -> str:
    """Write the time that a clock shows."""
    # Ten times as fast as strftime.
    return moment.isoformat(timespec="seconds")[:19].replace("-", "").replace(":", "")
