"""Replies with status 200 that are no answer: error bodies, wrappers, pages, bare leads. What they are, in words.

Reading of the API page: an object is a bulk only if it has `leads`, or `createdDate` with `isProcessed`. Taken for a
bulk without leads, anything else would say "no leads" and empty a workbook. Only keys are told, never values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leads_excel import schema
from leads_excel.exceptions import ApiReplyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HEAD = ("createdDate", "createdBy", "totalRecords", "errorRecords", "isProcessed")
_TOLD = 8  # keys of an object that are named, at most
_NAME = re.compile(r"[@_$A-Za-z][A-Za-z0-9_$.-]{0,31}")

_WRAPPERS = frozenset({
    "data", "result", "results", "content", "items", "value", "values", "payload", "response", "body", "records",
    "rows", "list", "bulks", "bulk", "lead", "d", "embedded", "page",
})  # fmt: skip
_PAGING = frozenset({
    "totalpages", "pagecount", "pageable", "totalelements", "numberofelements", "pagination", "paging", "pageinfo",
    "pagenumber", "pagesize", "currentpage", "nextpage", "nextpagetoken", "nextcursor", "nextlink", "odatanextlink",
    "hasmore", "hasnext", "hasnextpage", "pages", "perpage",
})  # fmt: skip
_PAGING_BESIDE_A_WRAPPER = frozenset({"next", "links", "cursor", "offset", "limit", "page", "size", "total", "last"})
_NEXT = frozenset(
    {"next", "nextpage", "nextpagetoken", "nextcursor", "nextlink", "odatanextlink", "hasmore", "hasnext"}
)
_NEXT_WITHIN = frozenset({"links", "pagination", "paging", "pageinfo", "page", "pageable", "meta"})
_SPEAKING = frozenset({
    "message", "error", "errors", "errorcode", "errormessage", "errordescription", "detail", "msg", "exception",
    "fault",
})  # fmt: skip
_LEAD_KEYS = frozenset(column.name for column in schema.LEADS)
_ERROR = "an error in place of leads"
_LEAST_KEYS = 3  # of a lead, for an object to be taken for one


class NotBulksError(ApiReplyError):
    """A reply of status 200 that is made of something else than bulks.

    Args:
        what: What was found where, without a full stop.
        spoken: The object that may hold the server's own words, or None where it speaks of leads.
    """

    def __init__(self, what: str, spoken: Mapping[str, Any] | None) -> None:
        super().__init__(f"{what}. Report it to the owner of the API.")
        self.what = what
        self.spoken = spoken


def refuse(values: Sequence[object]) -> None:
    """Refuse a reply with an object that is no bulk, or that says that there is more than it holds.

    Args:
        values: The reply as plain JSON, as a list. What is no object is passed over.

    Raises:
        NotBulksError: For the first such object.
    """
    for number, value in enumerate(values, 1):
        found = _strange(value) if isinstance(value, dict) else None
        if found and isinstance(value, dict):
            what = f"The API's answer is no answer about leads: object {number} of it is {found}"
            raise NotBulksError(what, value if found.startswith(_ERROR) else None)


def _strange(value: dict[str, Any]) -> str | None:
    """Say what an object is that is no whole bulk; None of a bulk."""
    by_name = {_plain(key): key for key in value}
    if "leads" not in value and "leads" in by_name:
        return f"a bulk whose leads come as {_names([by_name['leads']])} in place of leads"
    if "leads" in value or (value.get("createdDate") is not None and value.get("isProcessed") is not None):
        return _strange_bulk(value)
    return _no_bulk(value, by_name)


def _strange_bulk(value: dict[str, Any]) -> str | None:
    if _promises_more(value):
        return f"one page of several: the API answers in pages ({_names(value)})"
    if not value.get("leads") and all(value.get(key) is None for key in _HEAD) and _speaks(value):
        return f"{_ERROR} ({_names(value)})"
    return None


def _no_bulk(value: dict[str, Any], by_name: Mapping[str, str]) -> str:
    keys = _names(value)
    wrapper = next((key for name, key in by_name.items() if name in _WRAPPERS and _holds(value[key])), None)
    if not wrapper and _speaks(value):
        return f"{_ERROR} ({keys})"
    wrapper = wrapper or next((key for name, key in by_name.items() if name in _WRAPPERS), None)
    if _PAGING & by_name.keys() or (wrapper and _PAGING_BESIDE_A_WRAPPER - {_plain(wrapper)} & by_name.keys()):
        return f"a page: the API answers in pages ({keys})"
    if wrapper:
        return f"a wrapper: the bulks are wrapped in {_names([wrapper])} ({keys})"
    if len(_LEAD_KEYS & value.keys()) >= _LEAST_KEYS or "leadExternalId" in value:
        return f"a lead by itself, not in the leads of a bulk ({keys})"
    if _status_of_an_error(value):
        return f"{_ERROR} ({keys})"
    return f"no bulk: it has neither leads, nor createdDate with isProcessed ({keys})" if value else "empty"


def _holds(value: object) -> bool:
    return isinstance(value, list | dict) and bool(value)


def _speaks(value: Mapping[str, Any]) -> bool:
    return any(item for key, item in value.items() if _plain(key) in _SPEAKING)


def _status_of_an_error(value: Mapping[str, Any]) -> bool:
    return any(item for key, item in value.items() if _plain(key) in {"status", "statuscode", "code"})


def _promises_more(value: Mapping[str, Any]) -> bool:
    for key, item in value.items():
        name = _plain(key)
        if (name in _NEXT and item) or (name == "last" and item is False):
            return True
        if name in {"totalpages", "pagecount"} and isinstance(item, int) and item > 1:
            return True
        if name in _NEXT_WITHIN and any(_promises_more(each) for each in _objects_in(item)):
            return True
    return False


def _objects_in(value: object) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    found = [item for item in listed if isinstance(item, dict)]
    # A list of links names each one's relation in a value (RFC 8288).
    return [{"next": True} if item.get("rel") == "next" else item for item in found]


def _plain(key: str) -> str:
    return re.sub("[^a-z0-9]", "", key.casefold())


def _names(keys: Iterable[str]) -> str:
    listed = list(keys)
    # Only what looks like a name of a field is shown: a message must not hold personal data.
    shown = [key if _NAME.fullmatch(key) else f"a key of {len(key)} characters" for key in listed[:_TOLD]]
    rest = f" and {len(listed) - _TOLD} more" if len(listed) > _TOLD else ""
    return ", ".join(shown) + rest
