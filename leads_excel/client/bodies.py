"""The body of a reply as a stream, taken out of gzip: all members of it, and nothing that ends before its time."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

GZIP = {"gzip", "x-gzip"}
"""What a reply calls it (RFC 9110, section 8.4.1.3)."""

_PIECE = 2**18  # bytes at once: a few bytes could otherwise become gigabytes before anybody can say that it is too much
_MEMBER = b"\x1f\x8b"
_GZIP = zlib.MAX_WBITS | 16


def body_of(response: httpx.Response) -> Iterator[bytes]:
    """Read the body of a reply piece by piece, without the compression that was asked for.

    httpx reads the first member of a gzip stream only, and takes a stream that breaks off for a whole one.

    Args:
        response: A reply that is a stream.

    Raises:
        httpx.HTTPError: The connection broke, or the compressed stream is none, or not whole.
    """
    if response.headers.get("Content-Encoding", "").strip().lower() in GZIP:
        return gunzipped(response.iter_raw())
    return response.iter_bytes()


def gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress a gzip stream of any number of members (RFC 1952, section 2.2); what follows the last is padding.

    Args:
        chunks: The stream, in pieces of any size.

    Raises:
        httpx.DecodingError: It is no gzip stream, or breaks off.
    """
    member = zlib.decompressobj(_GZIP)
    begun = False
    between = b""
    for chunk in chunks:
        data = between + chunk
        between = b""
        while data:
            if member.eof:
                if len(data) < len(_MEMBER):
                    between = data
                    break
                if not data.startswith(_MEMBER):
                    return
                member = zlib.decompressobj(_GZIP)
            begun = True
            try:
                piece = member.decompress(data, _PIECE)
            except zlib.error as error:
                raise httpx.DecodingError(str(error)) from error
            data = member.unused_data if member.eof else member.unconsumed_tail
            if piece:
                yield piece
    if begun and not member.eof:
        raise httpx.DecodingError("the compressed stream breaks off")
