"""A reply's bytes -> its bulks: the only place that decodes the API's JSON."""

from __future__ import annotations

import json
from typing import Any

from leads_excel.exceptions import ApiReplyError


class NotJsonError(ValueError):
    """The reply is not JSON: a cut-off body or a page meant for people."""


def decode(content: bytes) -> list[dict[str, Any]]:
    """Decode a reply into its bulks.

    Args:
        content: The body of a 200 reply. Empty means no bulks.

    Returns:
        The bulks in the order received; one object counts as a list of one (API page reading: both accepted).

    Raises:
        NotJsonError: The bytes are not JSON.
        ApiReplyError: The JSON is neither a bulk, nor a list of bulks, nor nothing.
    """
    if not content.strip():
        return []
    try:
        value = json.loads(content)
    except ValueError as error:
        raise NotJsonError(str(error)) from None
    bulks = [] if value is None else value if isinstance(value, list) else [value]
    for bulk in bulks:
        if not isinstance(bulk, dict):
            raise ApiReplyError("The API sent something other than bulks; report it to the owner of the API.")
    return bulks
