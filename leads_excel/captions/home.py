"""Arabic of the sheet Home, of its buttons, and of what a refresh writes there and in the Log. Data only."""

from __future__ import annotations

HOME: dict[str, str] = {
    # sheets
    "Home": "الرئيسية",
    "Dashboard": "لوحة المتابعة",
    "Leads": "الطلبات",
    "Vehicles": "المركبات",
    "Errors": "الأخطاء",
    "Bulks": "الدفعات",
    "Log": "سجل التحديثات",
    "Formulas": "الصيغ",
    # the page
    "What was sent to the DMS, what became a lead, and what was rejected.": (
        "ما أُرسل إلى نظام DMS، وما سُجّل منه طلبًا، وما رُفض."
    ),
    "What to load": "المطلوب تحميله",
    "What is loaded": "المحمَّل الآن",
    "What to do next": "الخطوة التالية",
    "Sheets": "الأوراق",
    "Environment": "البيئة",
    "From": "من",
    "To": "إلى",
    "Lead no.": "رقم الطلب",
    "Source no.": "المصدر",
    "Sub-source no.": "المصدر الفرعي",
    "Days": "الأيام",
    "Counted up to": "محسوبة حتى",
    "Refreshed": "آخر تحديث",
    "Status": "الحالة",
    "Coverage": "اكتمال البيانات",
    "demo, test or prod; empty: as set on this computer": "demo أو test أو prod؛ فارغ: حسب إعداد هذا الجهاز",
    "first day, or a period: -30D, MTD, LM, 2026-08": "أول يوم، أو فترة: -30D، MTD، LM، 2026-08",
    "last day, included; empty: only that day or period": "آخر يوم، مشمولًا؛ فارغ: ذلك اليوم أو تلك الفترة فقط",
    "only this lead; empty: all leads": "هذا الطلب فقط؛ فارغ: كل الطلبات",
    "its number in the DMS; empty: all sources": "رقمه في نظام DMS؛ فارغ: كل المصادر",
    "its number in the DMS; empty: all sub-sources": "رقمه في نظام DMS؛ فارغ: كل المصادر الفرعية",
    # beside an input cell while it is selected
    "demo: made-up leads\ntest: the test DMS\nprod: real leads\nEmpty: as set here": (
        "demo: طلبات تجريبية\ntest: نظام DMS للاختبار\nprod: الطلبات الفعلية\nحين تُترك فارغة: حسب إعداد هذا الجهاز"
    ),
    "Choose demo, test or prod, or leave the cell empty.": "اختر demo أو test أو prod، أو اترك الخلية فارغة.",
    "A day: 2026-08-24\nA period: 2026-08, 2026-W34, 2026-Q3\nCounted back: -7D, -2W, -3M (today included)\n"
    "To date: WTD, MTD, QTD, YTD\nLast full one: LW, LM, LQ, LY": (
        "يوم: 2026-08-24\nفترة: 2026-08، 2026-W34، 2026-Q3\nإلى الوراء مع اليوم: -7D، -2W، -3M\n"
        "حتى اليوم: WTD، MTD، QTD، YTD\n"
        "آخر فترة كاملة: LW، LM، LQ، LY"
    ),
    "The last day, included: 2026-08-31, TODAY.\nEmpty: the day or the whole period that From names.": (
        "آخر يوم، مشمولًا: 2026-08-31، TODAY.\nحين تُترك فارغة: اليوم أو الفترة كاملة كما في خانة «من»."
    ),
    "A number, or empty for all.": "رقم، أو فارغ للكل.",
    "Type a positive whole number, or leave the cell empty.": "اكتب رقمًا صحيحًا موجبًا، أو اترك الخلية فارغة.",
    # steps
    "Choose the days above. Days and times are those of Asia/Riyadh, unless the settings name another zone.": (
        "اختر الأيام أعلاه. الأيام والأوقات بتوقيت الرياض، ما لم تحدد الإعدادات توقيتًا آخر."
    ),
    "Press Refresh: on the Leads tab of Excel's ribbon, or beside the days in a file with buttons.": (
        "اضغط Refresh في تبويب Leads من شريط Excel، أو زر «تحديث» بجانب الأيام في ملف له أزرار."
    ),
    'Without Excel, or as a scheduled job:   leads-excel refresh "this file.xlsx"': (
        'من دون Excel، أو كمهمة مجدولة:   \N{LEFT-TO-RIGHT MARK}leads-excel refresh "file.xlsx"\N{LEFT-TO-RIGHT MARK}'
    ),
    "Read the Dashboard, filter the tables, add columns, charts and pivots of your own: a refresh keeps them.": (
        "اقرأ لوحة المتابعة، وصفِّ الجداول، وأضف أعمدتك ومخططاتك وجداولك المحورية: التحديث يبقيها."
    ),
    "Cards and charts over everything loaded, with the figures behind them at the right.": (
        "بطاقات ومخططات لكل ما حُمّل، وإلى يسارها الأرقام التي تقوم عليها."
    ),
    "One row per lead as submitted; rejected ones are marked, those not judged yet in italics.": (
        "صف لكل طلب كما أُرسل؛ المرفوض مظلَّل، وما لم يُحسم بعد بخط مائل."
    ),
    "The vehicles each lead asks for, with the lead's source, branch, brand and day.": (
        "المركبات المطلوبة في كل طلب، مع مصدره وفرعه وعلامته ويومه."
    ),
    "Why leads were rejected, in the DMS's own words, with the lead's source, branch, brand and day.": (
        "أسباب رفض الطلبات بنص نظام DMS، مع مصدر الطلب وفرعه وعلامته ويومه."
    ),
    "The deliveries that brought them; open, cancelled and doubtful ones are marked.": (
        "الدفعات التي وصلت بها؛ المفتوحة والملغاة والمشكوك فيها مظلَّلة."
    ),
    "Every refresh: who, when, how many, and what went wrong.": "كل تحديث: من ومتى وكم، وما الذي تعذّر.",
    "Functions for your own sheets, such as LEADS and LEADS_KPI.": "دوال لأوراقك الخاصة، مثل LEADS و LEADS_KPI.",
    "Leads, Vehicles and Errors print their heads only. For rows: filter the list, select it (Ctrl+A), then choose "
    "Print Selection.": (
        "تُطبع من أوراق الطلبات والمركبات والأخطاء عناوينها فقط. لطباعة الصفوف: صفِّ القائمة وحددها (Ctrl+A) ثم اختر "
        "«طباعة التحديد»."
    ),
    "Leads, Errors and Log hold personal data: share this file only as your privacy rules allow.": (
        "في أوراق الطلبات والأخطاء وسجل التحديثات بيانات شخصية، فلا تشارك هذا الملف إلا وفق قواعد الخصوصية لديكم."
    ),
    # formulas
    "NOT REFRESHED YET": "لم يُحدَّث بعد",
    "PROD: LIVE DATA": "PROD: بيانات فعلية",
    " DATA: NOT LIVE": ": ليست بيانات فعلية",
    "The last refresh failed, the tables hold what they held before: read the status, then refresh again.": (
        "فشل آخر تحديث، والجداول كما كانت قبله: اقرأ الحالة ثم حدّث من جديد."
    ),
    "Nothing is loaded yet: choose days above, then refresh.": "لم يُحمَّل شيء بعد: اختر الأيام أعلاه ثم حدّث.",
    "You chose ": "اخترت بيئة ",
    ", but the tables hold ": "، والجداول من بيئة ",
    ": refresh.": ": حدّث المصنف.",
    "Read the Dashboard, or choose other days and refresh.": "اقرأ لوحة المتابعة، أو اختر أيامًا أخرى وحدّث.",
    # why a number is what it is
    "Why a number is what it is": "لماذا الرقم كما هو",
    "Chosen on the Dashboard": "المختار في لوحة المتابعة",
    "(all)": "(الكل)",
    "Nothing is loaded yet.": "لم يُحمَّل شيء بعد.",
    "Type it into an empty cell (Windows, tab Leads), or as lx.leads_why(...) in a notebook:": (
        "اكتبها في خلية فارغة (Windows، تبويب Leads)، أو في دفتر Python: "
        "\N{LEFT-TO-RIGHT MARK}lx.leads_why(...)\N{LEFT-TO-RIGHT MARK}"
    ),
    "Leads that the DMS rejected.": "الطلبات التي رفضها نظام DMS.",
    "Duplicates": "المكررة",
    "Accepted leads with the phone or e-mail of another accepted lead up to 30 days earlier, before the range too.": (
        "طلبات مقبولة بهاتف طلب مقبول آخر أو بريده خلال 30 يومًا قبلها، ولو قبل الفترة."
    ),
    "Hot but out of reach": "ساخن بلا وسيلة تواصل",
    "Accepted leads whose priority reads Hot, without a valid phone and without a valid e-mail address.": (
        "طلبات مقبولة أولويتها Hot (ساخن)، بلا هاتف صحيح ولا بريد إلكتروني صحيح."
    ),
    "Bulks still created or in progress more than 24 hours after their creation.": (
        "دفعات ما زالت منشأة أو قيد التنفيذ بعد أكثر من 24 ساعة من إنشائها."
    ),
    # what a refresh writes; formulas and marks go by the first word
    "Complete": "مكتمل",
    "Complete, {count} in the Log": "مكتمل، والملاحظات في سجل التحديثات: {count}",
    "Failed": "فشل",
    "Failed on {when}: {reason}": "فشل التحديث في {when}: {reason}",
    "Check": "تحقق",
    "complete": "مكتمل",
    "failed": "فشل",
    "Tables emptied: press Refresh to fill them": "أُفرغت الجداول: اضغط «تحديث» لتعبئتها",
    # buttons
    "Refresh": "تحديث",
    "Reload": "إعادة التحميل",
    "Check connection": "فحص الاتصال",
    "Clear data": "مسح البيانات",
    "About": "عن البرنامج",
    "Fetch what is new and fill the sheets": "جلب الجديد وتعبئة الأوراق",
    "Fetch everything again and fill the sheets": "جلب كل شيء من جديد وتعبئة الأوراق",
    "Say whether the API answers": "معرفة ما إذا كان النظام يستجيب",
    "Empty the tables of this workbook": "إفراغ جداول هذا المصنف",
    "Say which version this is": "معرفة رقم الإصدار",
}
"""Captions by their English."""
