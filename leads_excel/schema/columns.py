"""Every column of every table, once: its API name, kind, label, width and whether it is personal data.

Data only. The order is the order of the API page; readers, writers, formulas and documentation take it from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "count", "text", "date", "time", "flag"]
TableName = Literal["leads", "vehicles", "errors", "bulks"]

DTYPES: dict[Kind, str] = {
    "id": "Int64",
    "count": "Int64",
    "text": "string",
    "date": "datetime64[us]",
    "time": "datetime64[us, {zone}]",  # the business zone of the settings
    "flag": "boolean",
}
"""The pandas type of each kind when every value is of that kind."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table.

    Args:
        name: The API's own name, unchanged.
        kind: What its values are: `id` and `count` whole numbers, `text`, `date` (business time, usually
            midnight), `time` (an instant, shown in the business zone), `flag` true, false or unknown.
        label: A heading for people, in English.
        arabic: The same heading in Arabic.
        width: Width on a sheet, in characters.
        sensitive: Personal data under PDPL article 1: masked unless asked for.
        about: One sentence on what it holds.
    """

    name: str
    kind: Kind
    label: str
    arabic: str
    width: int
    sensitive: bool
    about: str


def _column(name: str, kind: Kind, label: str, arabic: str, width: int, about: str) -> Column:
    return Column(name, kind, label, arabic, width, name in _SENSITIVE, about)


_SENSITIVE = frozenset({
    "firstName", "middleName", "lastName", "contactName", "companyName", "dateOfBirth", "address1", "address2",
    "phoneCode", "phoneNumber", "email", "monthlyIncome", "leadName", "leadReference", "leadNote", "message",
})  # fmt: skip

_KEY = _column("leadExternalId", "id", "Record no.", "رقم السجل", 13, "Number of the submitted record.")
_LEAD = _column("leadId", "id", "Lead no.", "رقم الطلب", 11, "Number in the DMS; 0 means not created there (yet).")

LEADS: tuple[Column, ...] = (
    _KEY,
    _LEAD,
    _column("isError", "flag", "Rejected", "مرفوض", 10, "True when the DMS rejected the record."),
    _column("leadType", "text", "Type", "نوع العميل", 12, "Individual or company."),
    _column("title", "text", "Title", "صيغة المخاطبة", 8, "Form of address."),
    _column("gender", "text", "Gender", "الجنس", 9, "Gender as submitted."),
    _column("nationality", "text", "Nationality", "الجنسية", 13, "Nationality as submitted."),
    _column("firstName", "text", "First name", "الاسم الأول", 15, "First name."),
    _column("middleName", "text", "Middle name", "الاسم الأوسط", 15, "Middle name."),
    _column("lastName", "text", "Last name", "اسم العائلة", 17, "Last name."),
    _column("contactName", "text", "Contact", "جهة الاتصال", 18, "Contact person."),
    _column("companyName", "text", "Company name", "اسم الشركة", 20, "Company of the customer."),
    _column("companyIndustryType", "text", "Industry", "قطاع الشركة", 16, "Industry of the customer's company."),
    _column("dateOfBirth", "date", "Born", "تاريخ الميلاد", 12, "Date of birth."),
    _column("occupation", "text", "Occupation", "المهنة", 16, "Occupation."),
    _column("customerCountry", "text", "Country", "الدولة", 14, "Country of the customer."),
    _column("customerRegion", "text", "Region", "المنطقة", 15, "Region of the customer."),
    _column("customerCity", "text", "City", "المدينة", 14, "City of the customer."),
    _column("address1", "text", "Address 1", "العنوان الأول", 22, "First address line."),
    _column("address2", "text", "Address 2", "العنوان الثاني", 18, "Second address line."),
    _column("phoneCode", "text", "Phone code", "مفتاح الدولة", 11, "Country code, zeros kept."),
    _column("phoneNumber", "text", "Phone", "رقم الهاتف", 14, "Phone number, zeros kept."),
    _column("email", "text", "E-mail", "البريد الإلكتروني", 26, "E-mail address."),
    _column("monthlyIncome", "text", "Income", "الدخل الشهري", 18, "Monthly income band as submitted."),
    _column("preferredLanguage", "text", "Language", "اللغة المفضلة", 11, "Language the customer prefers."),
    _column("preferredContactType", "text", "Contact by", "طريقة التواصل", 12, "Channel the customer prefers."),
    _column("company", "text", "Company", "الشركة", 10, "Company of the dealership group."),
    _column("brand", "text", "Brand", "العلامة", 10, "Brand asked for."),
    _column("businessArea", "text", "Area", "القسم", 12, "Sales, service, parts."),
    _column("branch", "text", "Branch", "الفرع", 16, "Branch that receives the lead."),
    _column("leadDate", "date", "Lead date", "تاريخ الطلب", 12, "Date the customer asked."),
    _column("interest", "text", "Interest", "الاهتمام", 15, "What the customer wants."),
    _column("source", "text", "Source", "المصدر", 17, "Where the lead came from."),
    _column("subSource", "text", "Sub-source", "المصدر الفرعي", 15, "Channel within the source."),
    _column("leadName", "text", "Lead name", "اسم الطلب", 20, "Name given to the lead."),
    _column("leadReference", "text", "Reference", "الرقم المرجعي", 18, "Reference of the sender."),
    _column("leadNote", "text", "Note", "ملاحظة", 32, "Free text from the customer or the sender."),
    _column("vehicleType", "text", "New or used", "حالة المركبة", 12, "New or used."),
    _column("purchasePlan", "text", "Plan", "موعد الشراء", 16, "When the customer plans to buy."),
    _column("paymentMode", "text", "Payment", "طريقة الدفع", 12, "Cash, credit, lease."),
    _column("currency", "text", "Currency", "العملة", 10, "Currency of amounts."),
    _column("priority", "text", "Priority", "الأولوية", 10, "Hot, warm, cold."),
    _column("testDriveRequired", "flag", "Test drive", "تجربة قيادة", 11, "Wants a test drive; empty is unknown."),
    _column(
        "acceptNewsLetter", "flag", "Newsletter", "النشرة البريدية", 11, "Agreed to the newsletter; empty is unknown."
    ),
    _column("acceptMarketing", "flag", "Marketing", "قبول التسويق", 11, "Agreed to marketing; empty is unknown."),
    _column(
        "acceptPrivatePolicy",
        "flag",
        "Privacy",
        "سياسة الخصوصية",
        11,
        "Accepted the privacy policy; empty is unknown.",
    ),
    _column("vehicleCount", "count", "Vehicles", "المركبات", 10, "Rows of this lead in the vehicles table."),
    _column("errorCount", "count", "Errors", "الأخطاء", 9, "Rows of this lead in the errors table."),
    _column("bulkCreatedDate", "time", "Submitted", "وقت الإرسال", 17, "When the bulk of this lead was created."),
)
"""The leads table: every key of a lead but `vehicles` and `errorList`, then three columns of ours."""

_POSITION = _column("position", "count", "No.", "الترتيب", 7, "Position within the lead, from 1.")

VEHICLES: tuple[Column, ...] = (
    _KEY,
    _LEAD,
    _POSITION,
    _column("leadVehiclesId", "id", "Vehicle no.", "رقم المركبة", 12, "Number of the vehicle line."),
    _column("modelFamily", "text", "Model", "الطراز", 14, "Model family."),
    _column("modelYear", "count", "Year", "سنة الموديل", 8, "Model year."),
    _column("modelMemo", "text", "Memo", "ملاحظات المركبة", 24, "Free text on the model."),
    _column("modelPreferences", "text", "Preferences", "التفضيلات", 24, "Colour, trim and other wishes."),
    _column("totalQty", "count", "Quantity", "الكمية", 10, "Vehicles asked for."),
)
"""The vehicles table: one row per vehicle of a lead."""

ERRORS: tuple[Column, ...] = (
    _KEY,
    _LEAD,
    _POSITION,
    _column("code", "text", "Code", "الرمز", 14, "Code of the error, where the API gave one."),
    _column("field", "text", "Field", "الحقل", 18, "Field the error is about, where the API named one."),
    _column("message", "text", "Message", "الرسالة", 52, "Why the DMS rejected the record, in its own words."),
)
"""The errors table: one row per error of a lead."""

BULKS: tuple[Column, ...] = (
    _column("createdDate", "time", "Created", "وقت الإنشاء", 17, "When the bulk was submitted."),
    _column("createdBy", "id", "Created by", "رقم المرسل", 12, "User number of the sender."),
    _column("totalRecords", "count", "Records", "السجلات", 10, "Records the DMS counted."),
    _column("errorRecords", "count", "Rejected", "المرفوضة", 10, "Rejected records the DMS counted."),
    _column(
        "isProcessed",
        "count",
        "State no.",
        "رقم الحالة",
        10,
        "1 created, 2 in progress, 3 cancelled, 4 completed.",
    ),
    _column("status", "text", "State", "الحالة", 13, "isProcessed in words."),
    _column("leadCount", "count", "Leads", "الطلبات", 9, "Leads received in this bulk."),
    _column(
        "errorLeadCount",
        "count",
        "Leads rejected",
        "الطلبات المرفوضة",
        14,
        "Received leads marked rejected.",
    ),
)
"""The bulks table: one row per bulk."""

TABLES: dict[TableName, tuple[Column, ...]] = {
    "leads": LEADS,
    "vehicles": VEHICLES,
    "errors": ERRORS,
    "bulks": BULKS,
}
"""The four tables, by name."""

STATES: dict[int, str] = {1: "Created", 2: "In progress", 3: "Cancelled", 4: "Completed"}
"""What `isProcessed` means (API page, Notes)."""

NO_DATE = "(no date)"
"""How a date that is missing or cannot be read is called, where there is a row for each day, week or month."""

BLANK = "(blank)"
"""What an empty field is called: in filters, as a group, on the Dashboard."""
