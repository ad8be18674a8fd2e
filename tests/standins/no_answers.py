"""Replies with status 200 that are no answer about leads, and what an error about them has to say."""

from __future__ import annotations

from few_leads import bulk, lead

GOOD = bulk("2026-11-20", lead(1, firstName="Sara"), lead(2, firstName="Omar"))

FAULTS = {
    "empty object": ({}, "empty"),
    "list of an empty object": ([{}], "empty"),
    "null in a list": ([None], "null"),
    "number": (5, "a number"),
    "text": ("no leads", "text"),
    "Spring": (
        {"timestamp": "2026-11-27T09:00:00Z", "status": 500, "error": "Internal Server Error", "path": "/gs"},
        'saying "Internal Server Error"',
    ),
    "Arabic fault": ({"success": False, "message": "انتهت المهلة"}, "انتهت المهلة"),
    "parser": ({"status": "error", "message": "Unexpected token < in JSON"}, "Unexpected token"),
    "SQL": ({"error": {"message": "Login failed for user of the SQL server"}}, "SQL server"),
    "wrapped in data": ({"success": True, "data": [GOOD]}, "wrapped in data"),
    "wrapped in result": ({"result": GOOD}, "wrapped in result"),
    "wrapped in value": ({"value": []}, "wrapped in value"),
    "pages": ({"content": [GOOD], "totalPages": 3, "pageable": {"pageSize": 20}}, "answers in pages"),
    "next": ({"items": [GOOD], "next": "https://example.com/x?page=2"}, "answers in pages"),
    "a bulk that is a page": (GOOD | {"totalPages": 3}, "answers in pages"),
    "a bulk with a next link": (GOOD | {"links": [{"rel": "next", "href": "/2"}]}, "answers in pages"),
    "bare leads": ([lead(1, firstName="Sara"), lead(2)], "a lead by itself"),
    "wrong case": ({"Leads": [lead(1)]}, "Leads in place of leads"),
    "wrong case in a bulk": ({**{k: v for k, v in GOOD.items() if k != "leads"}, "LEADS": [lead(1)]}, "LEADS in place"),
    "one bad among bulks": ([GOOD, {"error": "no such column"}], "object 2"),
    "leads that are an object": ({"leads": {"content": []}}, "an object, not a list"),
    "no leads and an error": ({"leads": [], "error": "database is down"}, "database is down"),
    "half a bulk": ({"createdBy": 1, "totalRecords": 0}, "neither leads"),
    "a date without a state": ({"createdDate": "2026-11-20T09:00:00.000Z", "totalRecords": 0}, "neither leads"),
    "a state without a date": ({"createdDate": None, "isProcessed": 4}, "neither leads"),
}
"""Broken answers: body, and a part of the message."""

SIGN_INS = {
    "session": {"status": "error", "message": "Your session has expired"},
    "code only": {"code": "SESSION_EXPIRED"},
    "status": {"status": 401, "error": "Denied", "path": "/gs"},
    "status of a framework": {"status": 419, "error": "Page Expired"},
    "code in quotes": {"code": "440", "reason": "Denied"},
    "OAuth": {"error": "invalid_token", "error_description": "The access token is no longer good"},
    "nested": {"error": {"code": 7, "message": "Please log in again"}},
    "listed": [{"errors": [{"message": "User is not authorized"}]}],
    "beside null data": {"data": None, "message": "JWT expired"},
    "Arabic": {"message": "انتهت صلاحية الجلسة، سجل الدخول"},
    "no leads": {"leads": None, "message": "Session timed out"},
}
"""Bodies of a sign-in that is over."""
