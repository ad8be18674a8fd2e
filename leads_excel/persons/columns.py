"""What a list of customers says of each: every column once, with its headings. Data only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.schema.columns import LEADS, Column

if TYPE_CHECKING:
    from leads_excel.schema.columns import Kind


def _column(name: str, kind: Kind, label: str, arabic: str, width: int, about: str) -> Column:
    return Column(name, kind, label, arabic, width, sensitive=name == "phone", about=about)


_OF_LEADS = {column.name: column for column in LEADS}

COLUMNS = (
    _column("customer", "text", "Customer", "العميل", 14, "Key of the customer: equal for equal ones."),
    _column("leads", "count", "Leads", "السجلات", 8, "Leads of the customer in the range."),
    _column("accepted", "count", "Accepted", "المقبولة", 10, "Of these, accepted."),
    _column("rejected", "count", "Rejected", "المرفوضة", 10, "Of these, rejected: attempts that failed."),
    _column("provisional", "count", "Provisional", "قيد المعالجة", 11, "Of these, not judged yet."),
    _column("firstTouch", "time", "First touch", "أول تواصل", 17, "When the first of them was submitted."),
    _column("lastTouch", "time", "Last touch", "آخر تواصل", 17, "When the last of them was submitted."),
    _column("spanDays", "count", "Span in days", "المدة بالأيام", 12, "Full days between the two."),
    _column("sources", "text", "Sources", "المصادر", 28, "Their sources, in the order of first touch."),
    _column("branches", "text", "Branches", "الفروع", 28, "Their branches, in the order of first touch."),
    _column(
        "competingBranches",
        "count",
        "Competing branches",
        "الفروع المتنافسة",
        18,
        "Different branches that have an accepted lead of the customer.",
    ),
    _column("brands", "text", "Brands", "العلامات", 16, "Brands asked for, in the order of first touch."),
    _OF_LEADS["firstName"],
    _OF_LEADS["lastName"],
    _column("phone", "text", "Phone", "رقم الهاتف", 16, "The phone given most often, in E.164."),
    _OF_LEADS["email"],
    _column("marketing", "text", "Marketing", "التسويق", 11, "The last answer: yes, no or unknown."),
    _column("privacy", "text", "Privacy", "الخصوصية", 11, "The last answer: yes, no or unknown."),
    _column("lastLead", "id", "Last lead", "آخر سجل", 13, "Number of the last of them."),
)
"""One row per customer; personal data is marked."""
