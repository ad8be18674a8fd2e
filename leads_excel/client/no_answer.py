"""Replies with status 200 that bring no bulks: an expired sign-in told from a fault, in the server's own words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.client.failures import REPORT, SIGN_IN, Failure, server_words
from leads_excel.exceptions import ApiAccessError, ApiReplyError
from leads_excel.schema.masking import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leads_excel.bulks.not_bulks import NotBulksError

_SAYING = frozenset({
    "message", "msg", "detail", "details", "description", "errordescription", "errormessage", "error", "errors",
    "fault", "faultstring", "exception", "reason", "title", "code", "errorcode", "status", "statuscode", "type", "meta",
})  # fmt: skip
_DENIED = {401, 403, 419, 440, "401", "403", "419", "440"}
_LONGEST_TEXT = 2_000  # characters of a text that may be a sentence

_CERTAIN = re.compile(
    r"session (?:\w+ ){0,3}(?:expired|timed out|time out|timeout|ended|invalid)|jwt|bearer"
    r"|(?:invalid|expired|missing) (?:\w+ )?(?:token|session|credential)"
)
_TELLING = re.compile(
    r"expired|un ?authori[sz]ed|not (?:\w+ )?(?:authori[sz]ed|authenticated)|unauthenticated|authenticat"
    r"|authori[sz]ation"
    r"|forbidden|access (?:is )?denied|permission|token|\blog(?:ged)? ?(?:in|out|on)\b|\bsign(?:ed)? ?(?:in|out|on)\b"
    r"|session|credential|password|api ?key"
    r"|انته[تىا]|جلس[ةه]|الجلسة|الدخول|مصرح|مخول|صلاحي|رمز|توكن|كلمة (?:المرور|السر)|مصادقة"
)
# These words stand in messages of databases, parsers and clocks, too, which no sign-in mends.
_FAULT = re.compile(
    r"unexpected token|token '|time ?out|timed out|sql|jdbc|jpa|hibernate|entity ?manager|database|\bora \d|certificate"
    r"|\bssl\b|licen[cs]e|session ?factory|open session|null ?pointer|المهلة"
)
_LOGIN_FIELD = re.compile(
    r"<input[^<>]*type\s*=\s*[\"']?password|<title>[^<]*(?:log ?in|sign ?in|دخول)".encode(), re.IGNORECASE
)


def no_bulks(error: NotBulksError, secrets: Iterable[str]) -> Failure:
    """Say what a reply of other objects means.

    Args:
        error: What was found.
        secrets: What must not be repeated even if the server does.

    Returns:
        A failure that another attempt does not mend: sign in where the words say so, else report it.
    """
    if error.spoken is None:
        return Failure(ApiReplyError, error.what, REPORT)
    words = server_words(json.dumps(error.spoken, default=str).encode(), secrets)
    masked = "" if not words else str(wording(pd.Series([words])).iloc[0])
    what = f'{error.what}, saying "{masked}"' if masked else error.what
    if asks_to_sign_in(error.spoken):
        return Failure(ApiAccessError, what, SIGN_IN)
    return Failure(ApiReplyError, what, REPORT)


def no_json(content: bytes) -> Failure:
    """Say what a reply means that is not JSON.

    Args:
        content: The body.

    Returns:
        Sign in where it is a page with a field for a password, or a sentence that asks for it; else it may pass.
    """
    page = content.lstrip().startswith(b"<")
    what = "The API answered with a web page in place of leads" if page else "The API's answer is not JSON"
    text = content[:_LONGEST_TEXT].decode("utf-8", "replace")
    is_sentence = not page and len(content) <= _LONGEST_TEXT and text.lstrip()[:1] not in set("[{")
    if _LOGIN_FIELD.search(content) if page else is_sentence and _tells_of_sign_in(text):
        return Failure(
            ApiAccessError, f"{what}; it is a sign-in page" if page else f"{what} and asks to sign in", SIGN_IN
        )
    return Failure(ApiReplyError, what, "check LEADS_EXCEL_BASE_URL and the sign-in, or try again later", passing=True)


def asks_to_sign_in(spoken: Mapping[str, Any]) -> bool:
    """Tell whether an error body says, in words or as a number, that the sign-in is what is wrong."""
    said = list(_said(spoken, 0))
    return any(item in _DENIED for item in said) or _tells_of_sign_in(" . ".join(map(str, said)))


def _tells_of_sign_in(text: str) -> bool:
    # TokenExpired and SESSION_EXPIRED are words, too.
    plain = re.sub(r"[\s_.:-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)).casefold()
    return bool(_CERTAIN.search(plain) or (_TELLING.search(plain) and not _FAULT.search(plain)))


def _said(value: object, depth: int) -> Iterator[str | int]:
    if isinstance(value, dict) and depth < 4:
        for key, item in value.items():
            if re.sub("[^a-z]", "", key.casefold()) in _SAYING:
                yield from _said(item, depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _said(item, depth + 1)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield value
