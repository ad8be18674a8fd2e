"""The rows of the table that explains a number: what each is called, in which order, and how it becomes a frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pandas as pd

from leads_excel.arguments.views import marked

if TYPE_CHECKING:
    from leads_excel.arguments.typed_arguments import Options

LABELS = {
    "figure": ("Key figure", "المؤشر"),
    "definition": ("Definition", "التعريف"),
    "value": ("Value", "القيمة"),
    "unit": ("Unit", "الوحدة"),
    "why_none": ("Why there is no value", "سبب غياب القيمة"),
    "first": ("First day", "أول يوم"),
    "last": ("Last day", "آخر يوم"),
    "days": ("Days", "عدد الأيام"),
    "moment": ("As it stood at", "كما كان في"),
    "windows": ("Windows", "النوافذ"),
    "final": ("Windows that are final", "النوافذ النهائية"),
    "open": ("Windows that may change", "النوافذ المفتوحة"),
    "stored": ("Windows from the store", "النوافذ من المخزن"),
    "absent": ("Windows that are missing", "النوافذ الناقصة"),
    "age": ("Age of the oldest answer in minutes", "عمر أقدم إجابة بالدقائق"),
    "received": ("Leads received", "الطلبات الواردة"),
    "filter": ("Filter", "عامل تصفية"),
    "left": ("Leads that meet the filters", "الطلبات المطابقة لعوامل التصفية"),
    "out_provisional": ("Left out: provisional leads", "مستبعد: قيد المعالجة"),
    "out_rejected": ("Left out: rejected leads", "مستبعد: المرفوضة"),
    "out_accepted": ("Left out: accepted leads", "مستبعد: المقبولة"),
    "denominator": ("Denominator", "المقام"),
    "numerator": ("Numerator", "البسط"),
    "provisional": ("Provisional leads", "الطلبات قيد المعالجة"),
    "undated": ("Leads without a date", "طلبات بلا تاريخ"),
    "back": ("Days looked back", "أيام النظر إلى الوراء"),
    "back_leads": ("Leads of the days before", "طلبات الأيام السابقة"),
    "ahead": ("Days looked ahead", "أيام النظر إلى الأمام"),
    "ahead_leads": ("Leads of the days after", "طلبات الأيام اللاحقة"),
    "compared": ("Leads of the range compared with", "طلبات الفترة المقارن بها"),
    "disputed": ("Windows whose counts differ", "نوافذ لا تتطابق أعدادها"),
    "warnings": ("Warnings", "تحذيرات"),
    "warning": ("Warning", "تحذير"),
    "python": ("Python", "بايثون"),
    "formula": ("Formula", "الصيغة"),
    "sql": ("SQL", "SQL"),
}
"""What each row is called, in English and in Arabic, in their order."""

_HEADINGS = {"ar": ("البند", "القيمة", "ملاحظة")}
_ORDER = {name: place for place, name in enumerate(LABELS)}


@dataclass
class Rows:
    """Rows as they become known, in whatever order."""

    told: list[tuple[str, int, object, str]] = field(default_factory=list)

    def tell(self, name: str, value: object, note: str = "", number: int = 0) -> None:
        """Add a row.

        Args:
            name: One of `LABELS`.
            value: What is known; None where nothing is.
            note: What the value means here.
            number: Which of several rows of the name it is, from 1.
        """
        self.told.append((name, number, value, note))

    def frame(self, shape: Options) -> pd.DataFrame:
        """Lay the rows out in their order.

        Args:
            shape: The options: headings, and the language of the items.
        """
        arabic = shape.labels == "ar"
        told = sorted(self.told, key=lambda row: (_ORDER[row[0]], row[1]))
        items = [f"{LABELS[name][arabic]}{f' {number}' if number else ''}" for name, number, _, _ in told]
        table = pd.DataFrame({
            "item": pd.Series(items, dtype="string"),
            "value": pd.Series([value for _, _, value, _ in told], dtype=object),
            "note": pd.Series([note or pd.NA for *_, note in told], dtype="string"),
        })  # fmt: skip
        headed = table.set_axis(_HEADINGS.get(shape.labels, tuple(table)), axis="columns")
        # The option `empty` stands for a value that there is not, not for a note.
        shown = marked(headed, replace(shape, empty=None))
        shown.attrs["goes_on"] = True  # half a statement is none
        return shown
