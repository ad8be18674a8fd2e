"""Arabic of the sheets that hold our tables: what each column holds, and how the lists print. Data only.

The headings themselves stand beside the columns: `schema.columns` has both.
"""

from __future__ import annotations

_OF_LEAD = "كما في الطلب نفسه، كما في ورقة الطلبات وفي LEADS_BY."

LISTS: dict[str, str] = {
    "Number of the submitted record.": "رقم السجل المرسل.",
    "Number in the DMS; 0 means not created there (yet).": "رقم الطلب في نظام DMS؛ 0 يعني أنه لم يُنشأ فيه (بعد).",
    "True when the DMS rejected the record.": "TRUE إذا رفض نظام DMS السجل.",
    "Individual or company.": "فرد أو شركة.",
    "Form of address.": "صيغة مخاطبة العميل.",
    "Gender as submitted.": "الجنس كما أُرسل.",
    "Nationality as submitted.": "الجنسية كما أُرسلت.",
    "First name.": "الاسم الأول للعميل.",
    "Middle name.": "الاسم الأوسط للعميل.",
    "Last name.": "اسم عائلة العميل.",
    "Contact person.": "الشخص الذي يُتواصل معه.",
    "Company of the customer.": "شركة العميل.",
    "Industry of the customer's company.": "قطاع شركة العميل.",
    "Date of birth.": "تاريخ ميلاد العميل.",
    "Occupation.": "مهنة العميل.",
    "Country of the customer.": "دولة العميل.",
    "Region of the customer.": "منطقة العميل.",
    "City of the customer.": "مدينة العميل.",
    "First address line.": "السطر الأول من العنوان.",
    "Second address line.": "السطر الثاني من العنوان.",
    "Country code, zeros kept.": "مفتاح الدولة بأصفاره كما أُرسل.",
    "Phone number, zeros kept.": "رقم الهاتف بأصفاره كما أُرسل.",
    "E-mail address.": "عنوان البريد الإلكتروني.",
    "Monthly income band as submitted.": "شريحة الدخل الشهري كما أُرسلت.",
    "Language the customer prefers.": "اللغة التي يفضلها العميل.",
    "Channel the customer prefers.": "وسيلة التواصل التي يفضلها العميل.",
    "Company of the dealership group.": "الشركة من شركات المجموعة.",
    "Brand asked for.": "العلامة المطلوبة.",
    "Sales, service, parts.": "مبيعات أو خدمة أو قطع غيار.",
    "Branch that receives the lead.": "الفرع الذي يستقبل الطلب.",
    "Date the customer asked.": "تاريخ طلب العميل.",
    "What the customer wants.": "ما يريده العميل.",
    "Where the lead came from.": "مصدر الطلب.",
    "Channel within the source.": "القناة داخل المصدر.",
    "Name given to the lead.": "الاسم المعطى للطلب.",
    "Reference of the sender.": "مرجع المرسل.",
    "Free text from the customer or the sender.": "نص حر من العميل أو المرسل.",
    "New or used.": "جديدة أو مستعملة.",
    "When the customer plans to buy.": "متى ينوي العميل الشراء.",
    "Cash, credit, lease.": "نقدًا أو تقسيطًا أو تأجيرًا.",
    "Currency of amounts.": "عملة المبالغ.",
    "Hot, warm, cold.": "ساخن أو دافئ أو بارد.",
    "Wants a test drive; empty is unknown.": "يريد تجربة قيادة؛ الفارغ غير معروف.",
    "Agreed to the newsletter; empty is unknown.": "وافق على النشرة البريدية؛ الفارغ غير معروف.",
    "Agreed to marketing; empty is unknown.": "وافق على التسويق؛ الفارغ غير معروف.",
    "Accepted the privacy policy; empty is unknown.": "قبل سياسة الخصوصية؛ الفارغ غير معروف.",
    "Rows of this lead in the vehicles table.": "عدد صفوف هذا الطلب في جدول المركبات.",
    "Rows of this lead in the errors table.": "عدد صفوف هذا الطلب في جدول الأخطاء.",
    "When the bulk of this lead was created.": "وقت إنشاء دفعة هذا الطلب.",
    "accepted, rejected, or provisional while its bulk is under way. The Dashboard counts by it.": (
        "accepted مقبول، أو rejected مرفوض، أو provisional ما دامت دفعته قيد المعالجة. به تعدّ لوحة المتابعة."
    ),
    "TRUE where the phone number or the e-mail address is a valid one.": (
        "TRUE إذا كان رقم الهاتف أو البريد الإلكتروني صحيحًا."
    ),
    "What the last refresh brought: new or changed. Delete the column to do without.": (
        "ما جاء به آخر تحديث: new جديد أو changed متغير. احذف العمود إن لم تحتج إليه."
    ),
    "Position within the lead, from 1.": "الترتيب داخل الطلب، من 1.",
    "Number of the vehicle line.": "رقم سطر المركبة.",
    "Model family.": "طراز المركبة.",
    "Model year.": "سنة موديل المركبة.",
    "Free text on the model.": "نص حر عن الطراز.",
    "Colour, trim and other wishes.": "اللون والفئة ورغبات أخرى.",
    "Vehicles asked for.": "عدد المركبات المطلوبة.",
    "Where the lead came from. The lead's own, as on Leads and in LEADS_BY.": f"مصدر الطلب. {_OF_LEAD}",
    "Branch that receives the lead. The lead's own, as on Leads and in LEADS_BY.": (
        f"الفرع الذي يستقبل الطلب. {_OF_LEAD}"
    ),
    "Brand asked for. The lead's own, as on Leads and in LEADS_BY.": f"العلامة المطلوبة. {_OF_LEAD}",
    "Day on which the lead was submitted: its bulkCreatedDate without the time, the day of LEADS_BY.": (
        "يوم إرسال الطلب: bulkCreatedDate من دون الوقت، وهو اليوم في LEADS_BY."
    ),
    "Code of the error, where the API gave one.": "رمز الخطأ إن ورد من النظام.",
    "Field the error is about, where the API named one.": "الحقل الذي يخصه الخطأ إن سمّاه النظام.",
    "Why the DMS rejected the record, in its own words.": "سبب رفض السجل بنص نظام DMS.",
    "When the bulk was submitted.": "وقت إرسال الدفعة.",
    "User number of the sender.": "رقم المستخدم المرسل.",
    "Records the DMS counted.": "عدد السجلات في نظام DMS.",
    "Rejected records the DMS counted.": "عدد السجلات المرفوضة في نظام DMS.",
    "1 created, 2 in progress, 3 cancelled, 4 completed.": "1 أُنشئت، 2 قيد التنفيذ، 3 ملغاة، 4 مكتملة.",
    "isProcessed in words.": "قيمة isProcessed كلمةً.",
    "Leads received in this bulk.": "الطلبات الواردة في هذه الدفعة.",
    "Received leads marked rejected.": "الطلبات الواردة المرفوضة.",
    "When the refresh ended.": "وقت انتهاء التحديث.",
    "The user whose computer refreshed the workbook.": "المستخدم الذي حدّث المصنف من جهازه.",
    "Where the leads came from.": "البيئة التي جاءت منها الطلبات.",
    "The days asked for, the last one included.": "الأيام المطلوبة، وآخرها مشمول.",
    "Rows of the leads table.": "صفوف جدول الطلبات.",
    "Rows of the vehicles table.": "صفوف جدول المركبات.",
    "Rows of the errors table.": "صفوف جدول الأخطاء.",
    "Leads that were not in the table before.": "طلبات لم تكن في الجدول من قبل.",
    "Leads that read differently than before.": "طلبات تغيّرت عمّا كانت عليه.",
    "How long it took.": "مدة التحديث.",
    "What happened.": "ما حدث.",
    "TRUE where the customer left another accepted lead up to 30 days earlier, before the range too.": (
        "TRUE إذا كان للعميل طلب مقبول آخر خلال 30 يومًا قبله، ولو قبل الفترة."
    ),
    # on paper
    "Rows are printed on request: filter, select them (Ctrl+A), then Print Selection.": (
        "تُطبع الصفوف عند الطلب: صفِّ القائمة وحددها (Ctrl+A) ثم «طباعة التحديد»."
    ),
    "Holds personal data: share it as your privacy rules allow.": (
        "فيها بيانات شخصية، فلا تشاركها إلا وفق قواعد الخصوصية."
    ),
    "&A, page &P of &N": "&A  ·  &P / &N",
}
"""Captions by their English."""
