"""Calls of formulas as a notebook would write them; in a formula, None is an argument that is left out."""

from __future__ import annotations

from dealership import BEYOND_31_BITS, DAY

CALLS = (
    ("LEADS", "-7D"),
    ("LEADS", "-7D", None, "leadId,source", None, "headers=0; limit=1"),
    ("LEADS", "-7D", None, "source", None, "headers=0; limit=1"),
    ("LEADS", "-7D", None, "source", None, "headers=0; limit=3"),
    ("LEADS", "-7D", None, "firstName,email,source", None, "labels=ar; pii=none; empty=😀"),
    ("LEADS", "-7D", None, None, "isError=FALSE", "sort=-leadDate,leadExternalId; limit=20; empty=0"),
    ("LEADS", DAY, None, "all", "branch=فرع الرياض", "pii=reveal"),
    ("LEADS", DAY, None, "leadExternalId,leadId,leadNote", "source=Website", "pii=reveal; sort=leadExternalId"),
    ("LEAD_VEHICLES", "-7D"),
    ("LEAD_ERRORS", "-7D"),
    ("LEAD_BULKS", "-7D", "TODAY"),
    ("LEAD", BEYOND_31_BITS),
    ("LEAD", BEYOND_31_BITS, "leadExternalId,leadId,firstName,branch,dateOfBirth"),
    ("LEAD", BEYOND_31_BITS, "firstName"),
    ("LEAD", 2**31 - 1, "leadNote"),
    ("LEAD", 7, "source,leadDate,dateOfBirth,leadNote"),
    ("LEAD", 4, "source", "لا يوجد 😀"),
    ("LEAD", 4, "source", 5.0),
    ("LEADS_KPI", "leads", "-7D"),
    ("LEADS_KPI", "rejection_rate", "-7D"),
    ("LEADS_KPI", "leads", DAY, None, "source=واتساب"),
    ("LEADS_KPI", "leads", "-7D", None, "source=Nobody", "missing=0"),
    ("LEADS_BY", "source", "-7D"),
    ("LEADS_BY", "day", "-7D", None, "leads,rejection_rate"),
    ("LEADS_BY", "branch", "-7D", None, "leads,duplicate_rate", "source=Website", "top=3; n=1"),
    ("LEADS_FIX", "-7D"),
    ("LEADS_CONTACTS", "marketing", "-7D", None, "channel,address,yesAt,yesRecord,leads,lastLead"),
    ("LEADS_CUSTOMERS", "-7D", None, "leads,firstTouch,sources,marketing,phone"),
    ("LEADS_WHY", "rejection_rate", "-7D", None, "source=Website"),
    ("LEADS_DUPES", "-7D", None, "leadId,cluster,times,visit,match,daysSince,earlierLead"),
    ("LEADS_NEW", "TODAY"),
    ("LEADS_FIELDS",),
    ("LEADS_FIELDS", "kpis"),
    ("LEADS_LIST", "source"),
    ("LEADS_LIST", "branch", DAY),
    ("LEADS_DATE", "-7D"),
    ("LEADS_STATUS", "timezone"),
    ("LEADS_STATUS", "environment"),
)
"""Each formula at least once."""
