"""Arabic of the sheet Rejections: what its columns hold, and the states to choose from. Data only."""

from __future__ import annotations

REJECTIONS: dict[str, str] = {
    "Rejections": "المرفوضات",
    "Rejected leads to work through, whom to call first on top; the last four columns are yours.": (
        "الطلبات المرفوضة للمعالجة، ومن يُتصل به أولًا في الأعلى؛ والأعمدة الأربعة الأخيرة لك."
    ),
    "1 hot and buying soon, 2 hot, 3 buying soon, 4 others, 5 recovered since.": (
        "1 ساخن وشراؤه قريب، 2 ساخن، 3 شراؤه قريب، 4 غير ذلك، 5 استُرجع منذئذ."
    ),
    "Full days since the lead was submitted.": "الأيام الكاملة منذ إرسال الطلب.",
    "Wording of the error, without what it repeats of the customer.": "نص الخطأ من دون ما يكرره من بيانات العميل.",
    "API name of the field that the error is about; leadId where the lead exists already.": (
        "اسم الحقل الذي يخصه الخطأ؛ وهو leadId إذا كان الطلب موجودًا من قبل."
    ),
    "Value of that field as submitted.": "قيمة ذلك الحقل كما أُرسلت.",
    "What should have been sent, where the data tells.": "ما كان ينبغي إرساله، إن دلّت البيانات عليه.",
    "high: the record itself says it; medium: accepted leads do.": (
        "high مرتفعة: السجل نفسه يدل عليه؛ medium متوسطة: تدل عليه الطلبات المقبولة."
    ),
    "How the suggestion was found, or what is wrong with the value.": "كيف وُجد الاقتراح، أو ما الخطأ في القيمة.",
    "yes, no or unknown: accepted within 30 days under the same number, phone or e-mail address.": (
        "yes نعم أو no لا أو unknown غير معروف: قُبل خلال 30 يومًا بالرقم نفسه أو الهاتف أو البريد نفسه."
    ),
    "Lead number in the DMS of that lead.": "رقم ذلك الطلب في نظام DMS.",
    "Who works on it. Yours to fill: it follows its lead.": "من يعمل عليه. لك أن تملأه: يتبع طلبه.",
    "How far it is: choose one, or type your own.": "إلى أين وصل: اختر حالة أو اكتب ما تريد.",
    "Whatever helps the next one who calls.": "كل ما يفيد من يتصل بعدك.",
    "What it should have been, once known.": "ما كان ينبغي أن تكون عليه القيمة، بعد معرفتها.",
    "Leads, Vehicles, Errors and Rejections print their heads only. For rows: filter the list, select it (Ctrl+A), "
    "then choose Print Selection.": (
        "تُطبع من أوراق الطلبات والمركبات والأخطاء والمرفوضات عناوينها فقط. لطباعة الصفوف: صفِّ القائمة وحددها "
        "(Ctrl+A) ثم اختر «طباعة التحديد»."
    ),
    "Leads, Errors and Log hold personal data, and so may what is typed into Rejections: share this file only as your "
    "privacy rules allow.": (
        "في أوراق الطلبات والأخطاء وسجل التحديثات بيانات شخصية، وربما فيما يُكتب في المرفوضات، فلا تشارك هذا الملف "
        "إلا وفق قواعد الخصوصية لديكم."
    ),
    # states
    "open": "مفتوح",
    "in work": "قيد العمل",
    "sent to partner": "أُرسل إلى الشريك",
    "fixed": "صُحّح",
    "given up": "متروك",
}
"""Captions by their English."""
