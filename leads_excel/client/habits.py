"""Whether the API puts all bulks of a range into one object, as its page's sample can be read.

Such an object has one `createdDate`: leads of a week would all fall on one day, and on their own days when asked day by
day. So a range that is answered by an object is asked day by day (see `api_source`). An array with a bulk in it tells
that the API lists its bulks: an object is then the only bulk of its range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.bulks.verbatim import is_object

if TYPE_CHECKING:
    from leads_excel.client.leads_client import Reply

_MERGING: set[str] = set()
"""Base URLs of the APIs that are known to put bulks together; process-wide, so that another client need not find out
again. That an API lists its bulks is found out by each client: to be wrong about that is to be wrong about the days."""


class Habit:
    """What one client knows of how an API answers a range.

    Args:
        url: The base URL of the API.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lists = False

    @property
    def is_listing(self) -> bool:
        """Whether the API is known to list bulks: each is then an object of its own."""
        return self._lists

    @property
    def is_merging(self) -> bool:
        """Whether the API is known to put several bulks into one object: then ranges are asked day by day at once."""
        return self._url in _MERGING

    def hear(self, reply: Reply) -> None:
        """Learn from an answer to a range: an array with a bulk in it lists them.

        Args:
            reply: The answer.
        """
        if reply.bulks and not is_object(reply.content):
            self._lists = True
            _MERGING.discard(self._url)

    def may_merge(self, reply: Reply) -> bool:
        """Tell whether an answer to a range may hold several bulks in one object.

        Args:
            reply: The answer.
        """
        return is_object(reply.content) and not self._lists

    def compare(self, whole: Reply, days: list[Reply]) -> None:
        """Learn from a range that was asked for as a whole and day by day.

        Args:
            whole: What came for the range, one object.
            days: What came for each of its days.
        """
        if not self._lists and sum(len(reply.bulks) for reply in days) > len(whole.bulks):
            _MERGING.add(self._url)
