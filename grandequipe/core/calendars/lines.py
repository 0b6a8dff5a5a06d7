"""The content lines of a calendar: escaped, without controls, folded (RFC 5545, 3.1, 3.3.11)."""

import re
from datetime import UTC, datetime

LONGEST_OCTETS = 75
# Of a continuation byte of UTF-8: a line is folded between characters.
CONTINUES, LEADING = 0x80, 0xC0
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
IN_PARAMETER = re.compile('[\x00-\x1f\x7f-\x9f"\ud800-\udfff]+')


def line(name: str, value: str) -> bytes:
    """Write a content line whose value is escaped already."""
    octets = f"{name}:{value}".encode()
    if len(octets) <= LONGEST_OCTETS:
        return octets + b"\r\n"
    parts, start, room = [], 0, LONGEST_OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & LEADING == CONTINUES:
            end -= 1
        parts.append(octets[start:end])
        # The blank that goes on with a line counts.
        start, room = end, LONGEST_OCTETS - 1
    parts.append(octets[start:])
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
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def local(moment: datetime) -> str:
    """Write the time that a clock shows."""
    return moment.strftime("%Y%m%dT%H%M%S")
