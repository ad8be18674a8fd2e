"""Arabic of the report and of the charts on it. Data only."""

from __future__ import annotations

REPORT: dict[str, str] = {
    "Leads report": "تقرير الطلبات",
    "Leads, {range}": "الطلبات، {range}",
    "Demo data: not live": "بيانات تجريبية: ليست فعلية",
    "As of {moment}": "كما في {moment}",
    "Changes are against {range} ({leads} leads)": "التغيّر مقارنة بالفترة {range} (عدد الطلبات {leads})",
    "{day} is not over yet": "اليوم {day} لم ينتهِ بعد",
    "; ": "؛ ",
    "Tables stand in place of pictures; {command} brings those.": "جداول بدل الرسوم؛ ولإظهار الرسوم: {command}",
    # cards
    "{rate} a day": "{rate} في اليوم",
    "{come} of {asked} days": "{come} من {asked} يوم",
    "{count} of {all}": "{count} من {all}",
    "few leads": "طلبات قليلة",
    "{share} of judged": "{share} من المحسومة",
    "{count} provisional": "{count} قيد المعالجة",
    "days around are missing": "تنقص أيام مجاورة",
    "within these leads only": "ضمن هذه الطلبات فقط",
    "no comparison": "بلا مقارنة",
    "= unchanged": "= بلا تغيّر",
    "{points} points": "{points} نقطة",
    "{change} so far": "{change} حتى الآن",
    "Leads received: accepted, rejected and provisional.": "الطلبات الواردة: المقبولة والمرفوضة وما هو قيد المعالجة.",
    "Leads that the DMS judged and did not reject: with a number there, or in a completed or cancelled bulk.": (
        "الطلبات التي حسمها نظام DMS ولم يرفضها: لها رقم فيه، أو في دفعة مكتملة أو ملغاة."
    ),
    "Rejected leads / leads judged. Provisional leads are not judged yet.": (
        "الطلبات المرفوضة / الطلبات المحسومة. ما هو قيد المعالجة لم يُحسم بعد."
    ),
    "Accepted leads with a valid phone or a valid e-mail address / accepted leads.": (
        "الطلبات المقبولة ولها هاتف صحيح أو بريد إلكتروني صحيح / الطلبات المقبولة."
    ),
    "Duplicates / accepted leads.": "الطلبات المكررة / الطلبات المقبولة.",
    "Accepted leads that want a test drive / accepted leads; unknown is not yes.": (
        "الطلبات المقبولة التي تريد تجربة قيادة / الطلبات المقبولة؛ وغير المعروف ليس نعم."
    ),
    # what the numbers cover
    "Every day of the range was read.": "قُرئت كل أيام الفترة.",
    "Every day so far was read, {days}.": "قُرئت كل الأيام حتى الآن، {days}.",
    "{count} bulk does not hold what the DMS counted.": "عدد الدفعات التي لا تطابق ما عدّه نظام DMS: {count}.",
    "{count} bulks do not hold what the DMS counted.": "عدد الدفعات التي لا تطابق ما عدّه نظام DMS: {count}.",
    "{count} bulk is still open: its leads may change.": "عدد الدفعات المفتوحة التي قد تتغيّر طلباتها: {count}.",
    "{count} bulks are still open: their leads may change.": "عدد الدفعات المفتوحة التي قد تتغيّر طلباتها: {count}.",
    "{count} lead is provisional: in no rate yet.": "عدد الطلبات قيد المعالجة، خارج النسب: {count}.",
    "{count} leads are provisional: in no rate yet.": "عدد الطلبات قيد المعالجة، خارج النسب: {count}.",
    "{count} other remark stands in the workbook's Log.": "عدد الملاحظات الأخرى في سجل تحديثات المصنف: {count}.",
    "{count} other remarks stand in the workbook's Log.": "عدد الملاحظات الأخرى في سجل تحديثات المصنف: {count}.",
    "{figure} is missing, for want of the days around.": "المؤشر «{figure}» ناقص لغياب الأيام المجاورة.",
    # charts and lists
    "By source: received, and share rejected": "حسب المصدر: الواردة ونسبة المرفوضة",
    "By branch: received, and share rejected": "حسب الفرع: الواردة ونسبة المرفوضة",
    "From submission to a customer to call": "من الإرسال إلى عميل يمكن الاتصال به",
    "From submission to somebody who can be called": "من الإرسال إلى عميل يمكن الاتصال به",
    "Why leads were rejected": "أسباب رفض الطلبات",
    "Why leads were rejected: leads, and share of those rejected": "أسباب الرفض: عدد الطلبات ونسبتها من المرفوضة",
    "Why leads were rejected: leads per reason, and their share of rejected leads": (
        "أسباب الرفض: الطلبات لكل سبب ونسبتها من المرفوضة"
    ),
    "Leads per week": "الطلبات حسب الأسبوع",
    "{title}, {count} of other days left out": "{title}، واستُبعد {count} من أيام أخرى",
    "Leads by {field}: received, and the share rejected": "الطلبات حسب {field}: الواردة ونسبة المرفوضة",
    "Share rejected over {span} days": "نسبة المرفوضة خلال {span} أيام",
    "Share rejected over {span} weeks": "نسبة المرفوضة خلال {span} أسابيع",
    "all leads": "كل الطلبات",
    "{count} leads": "عدد الطلبات {count}",
    "made-up leads": "طلبات تجريبية",
    "Week": "الأسبوع",
    "Source": "المصدر",
    "Branch": "الفرع",
    "Stage": "المرحلة",
    "Reason": "السبب",
}
"""Captions by their English."""
