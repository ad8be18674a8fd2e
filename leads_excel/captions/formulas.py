"""Arabic of the sheet Formulas. Names, arguments and examples are what Excel takes and stay. Data only."""

from __future__ import annotations

FORMULAS: dict[str, str] = {
    "For your own sheets, in Excel for Windows with the add-in. Copy an example into any cell; here it is text.": (
        "لأوراقك الخاصة، في Excel على Windows مع الوظيفة الإضافية. انسخ مثالًا إلى أي خلية؛ وهو هنا نص فقط."
    ),
    "Function": "الدالة",
    "How to write it": "طريقة الكتابة",
    "What it gives": "ما تعطيه",
    "Example": "مثال",
    "Argument": "الوسيط",
    "What it may be": "ما يقبله",
    "A table with one row per lead.": "جدول فيه صف لكل طلب.",
    "A table with one row per vehicle of a lead.": "جدول فيه صف لكل مركبة في طلب.",
    "A table with one row per reason for a rejection.": "جدول فيه صف لكل سبب رفض.",
    "A table with one row per bulk: when, how many, its state.": "جدول فيه صف لكل دفعة: وقتها وعددها وحالتها.",
    "One lead by its number, here that in cell A2; for a range, one row each.": (
        "طلب واحد برقمه، وهو هنا في الخلية A2؛ ولنطاق من الخلايا صف لكل رقم."
    ),
    "One number, such as rejection_rate: LEADS_FIELDS('kpis') lists them.": (
        "رقم واحد مثل rejection_rate؛ وتسردها \N{LEFT-TO-RIGHT MARK}LEADS_FIELDS('kpis')\N{LEFT-TO-RIGHT MARK}."
    ),
    "Numbers by source, branch, day, week, month, modelFamily and more.": (
        "أرقام حسب المصدر أو الفرع أو اليوم أو الأسبوع أو الشهر أو الطراز وغيرها."
    ),
    "Customers who left more than one lead within 30 days.": "عملاء لهم أكثر من طلب خلال 30 يومًا.",
    "Customers over all sources and branches, one row each.": "العملاء عبر كل المصادر والفروع، صف لكل عميل.",
    "Rejected leads: what is wrong, what would be right, whom to call first.": (
        "الطلبات المرفوضة: ما الخطأ، وما الصواب، ومن يُتصل به أولًا."
    ),
    "Customers who agreed to be contacted, and how they are reached.": "عملاء وافقوا على التواصل، وكيف يُتواصل معهم.",
    "Why a number is what it is: its parts, its windows, how to get it again.": (
        "لماذا الرقم كما هو: أجزاؤه وفتراته وطريقة الحصول عليه ثانية."
    ),
    "What changed since: new, settled, recovered, changed, gone leads.": (
        "ما تغيّر منذ وقت معيّن: طلبات جديدة أو محسومة أو مستعادة أو متغيرة أو غائبة."
    ),
    "Where the numbers come from and how fresh they are.": "مصدر الأرقام وحداثتها.",
    "Every column with its label in English and Arabic and what it holds.": (
        "كل عمود مع عنوانه بالإنجليزية والعربية ومحتواه."
    ),
    "The distinct values of a column, for a drop-down list.": "القيم المختلفة في عمود، لقائمة منسدلة.",
    "The day that a text such as -7D stands for.": "اليوم الذي يدل عليه نص مثل -7D.",
    "from, to": "from, to (من، إلى)",
    "fields": "fields (الأعمدة)",
    "filters": "filters (التصفية)",
    "options": "options (الخيارات)",
    "answers": "النتائج",
    "A date, 2026-08-24, or a period: TODAY, -7D, MTD, LM, 2026-W34. The last day is included; `to` may be empty.": (
        "تاريخ 2026-08-24، أو فترة: TODAY، -7D، MTD، LM، 2026-W34. آخر يوم مشمول؛ ويجوز أن تبقى to فارغة."
    ),
    'Columns by name, "leadId,source,branch", a range of headings, or a set: "basic", "contact", "consent", "all".': (
        'أعمدة بأسمائها "leadId,source,branch"، أو نطاق من العناوين، أو مجموعة: "basic"، "contact"، "consent"، "all".'
    ),
    '"source=Website; branch=Riyadh*|Jeddah*; leadDate>=-30D", or two columns of cells: names and values.': (
        '\N{LEFT-TO-RIGHT MARK}"source=Website; branch=Riyadh*|Jeddah*; leadDate>=-30D"\N{LEFT-TO-RIGHT MARK}، '
        "أو عمودان من الخلايا: أسماء وقيم."
    ),
    '"headers=0; sort=-leadDate; limit=500; as_of=YESTERDAY; missing=0", or two columns: names and values.': (
        '\N{LEFT-TO-RIGHT MARK}"headers=0; sort=-leadDate; limit=500; as_of=YESTERDAY; missing=0"'
        "\N{LEFT-TO-RIGHT MARK}، أو عمودان: أسماء وقيم."
    ),
    "A table spills below and right of its formula. What went wrong is said in one line that starts with #LEADS.": (
        "ينسكب الجدول أسفل صيغته وبجانبها. وما تعذّر يُذكر في سطر واحد يبدأ بـ #LEADS."
    ),
}
"""Captions by their English."""
