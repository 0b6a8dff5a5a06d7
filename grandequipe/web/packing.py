"""What browsers that take gzip are given (RFC 1951, RFC 1952), and pages that are packed once.

A page that is kept in memory differs between two readers by its nonce alone. It is packed in the
pieces between which the nonce stands; each answer puts its own nonce between them, unpacked, and
a name of its own length into the head.
"""

import struct
import zlib
from functools import cached_property

# Of zlib, for a page that is made on the loop that serves everybody: a tenth of the default's time,
# for an eighth more bytes. A bundled file is packed once.
QUICK, THOROUGH = 1, 9
WITHOUT_HEAD = -zlib.MAX_WBITS
# Deflate; a name follows; no time; no word of how it was packed, nor of the system.
HEAD = b"\x1f\x8b\x08\x08" + bytes(5) + b"\xff"
LAST_BLOCK = b"\x03\x00"


class KeptBody:
    """The words of a page with a nonce in them, packed when they are first asked for like that."""

    def __init__(self, body: bytes, nonce: str) -> None:
        self._body = body
        self._nonce = nonce.encode()

    def with_nonce(self, nonce: str) -> "PageBody":
        """Give the page with another nonce."""
        return PageBody(self, nonce.encode())

    def plain(self, nonce: bytes) -> bytes:
        """Write the page as it is."""
        return self._body.replace(self._nonce, nonce)

    def gzipped(self, nonce: bytes, plain: bytes, name: str) -> bytes:
        """Write the page as gzip; `plain` is the same page, for its sum."""
        stored = struct.pack("<BHH", 0, len(nonce), len(nonce) ^ 0xFFFF) + nonce
        return _file(stored.join(self._pieces), plain, name)

    @cached_property
    def _pieces(self) -> list[bytes]:
        """Pack what stands between the nonces; no piece refers to words of another."""
        return [_deflated(piece, QUICK) for piece in self._body.split(self._nonce)]


class PageBody(list[bytes]):
    """The body of one answer (PEP 3333) that also knows itself packed."""

    def __init__(self, kept: KeptBody, nonce: bytes) -> None:
        super().__init__([kept.plain(nonce)])
        self._kept = kept
        self._nonce = nonce

    def gzipped(self, name: str) -> bytes:
        """Write it as gzip under a name of any length."""
        return self._kept.gzipped(self._nonce, self[0], name)


def gzipped(body: bytes, name: str, level: int = QUICK) -> bytes:
    """Pack `body` under a name of any length, which readers pass over."""
    return _file(_deflated(body, level), body, name)


def _deflated(piece: bytes, level: int) -> bytes:
    """Pack a piece up to a whole byte, after which another block may follow."""
    packer = zlib.compressobj(level, zlib.DEFLATED, WITHOUT_HEAD)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def _file(blocks: bytes, plain: bytes, name: str) -> bytes:
    end = struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
    return HEAD + name.encode("latin-1") + b"\0" + blocks + LAST_BLOCK + end
