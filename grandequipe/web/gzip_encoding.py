"""Gzip encoding (RFC 1951, RFC 1952), and pages that are compressed once for all readers.

A stored page differs between two readers by its nonce alone. The pieces between the nonces are
compressed once; each response puts its own nonce between them, in stored (uncompressed) blocks, and
a file name of its own length into the gzip header, as padding.
"""

import struct
import zlib
from functools import cached_property

# Levels of zlib. For pages, compressed in the event loop: a tenth of the default level's time, for
# an eighth more bytes. A bundled file is compressed once.
QUICK, THOROUGH = 1, 9
RAW_DEFLATE = -zlib.MAX_WBITS
# Method deflate; flag FNAME; no time; no compression level; unknown system.
HEADER = b"\x1f\x8b\x08\x08" + bytes(5) + b"\xff"
LAST_BLOCK = b"\x03\x00"


class StoredBody:
    """The body of a page with a nonce in it, compressed when it is first needed so."""

    def __init__(self, body: bytes, nonce: str) -> None:
        self._body = body
        self._nonce = nonce.encode()

    def with_nonce(self, nonce: str) -> "PageBody":
        """Return the body with another nonce."""
        return PageBody(self, nonce.encode())

    def plain(self, nonce: bytes) -> bytes:
        """Return the uncompressed body."""
        return self._body.replace(self._nonce, nonce)

    def gzipped(self, nonce: bytes, plain: bytes, name: str) -> bytes:
        """Return the body as gzip; `plain` is the same body uncompressed, for the checksum."""
        stored = struct.pack("<BHH", 0, len(nonce), len(nonce) ^ 0xFFFF) + nonce
        return _file(stored.join(self._pieces), plain, name)

    @cached_property
    def _pieces(self) -> list[bytes]:
        """Compress the text between the nonces; no piece refers to another."""
        return [_deflated(piece, QUICK) for piece in self._body.split(self._nonce)]


class PageBody(list[bytes]):
    """The body of one response (PEP 3333), also available as gzip."""

    def __init__(self, stored: StoredBody, nonce: bytes) -> None:
        super().__init__([stored.plain(nonce)])
        self._stored = stored
        self._nonce = nonce

    def gzipped(self, name: str) -> bytes:
        """Return the body as gzip with this file name as padding."""
        return self._stored.gzipped(self._nonce, self[0], name)


def gzipped(body: bytes, name: str, level: int = QUICK) -> bytes:
    """Compress `body`; `name` is a file name of any length, which browsers ignore."""
    return _file(_deflated(body, level), body, name)


def _deflated(piece: bytes, level: int) -> bytes:
    """Compress a piece, ending on a byte boundary, so that another block may follow."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, RAW_DEFLATE)
    return compressor.compress(piece) + compressor.flush(zlib.Z_FULL_FLUSH)


def _file(blocks: bytes, plain: bytes, name: str) -> bytes:
    end = struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
    return HEADER + name.encode("latin-1") + b"\0" + blocks + LAST_BLOCK + end
