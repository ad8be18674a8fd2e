"""The list of marketing against a second, independent computation: SQL over the export of a month of leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from kpi_sql import FACTS

from leads_excel import kpis
from leads_excel.bulks.decoding import decode
from leads_excel.consents.contact_list import contact_list
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.sandbox import Sandbox
from leads_excel.tables.lead_tables import build

LISTED = """
WITH agreeing AS (SELECT DISTINCT who FROM f WHERE a AND agrees),
said AS (SELECT coalesce(phone, mail) AS who, * EXCLUDE (phone, mail), phone, mail FROM p WHERE stands),
preferred AS (
    SELECT said.*, lower(trim(preferredContactType)) AS prefers,
        max(phone) OVER (PARTITION BY who) AS reached_by_phone, max(mail) OVER (PARTITION BY who) AS some_mail
    FROM said
)
SELECT who,
    coalesce(
        last(CASE prefers WHEN 'email' THEN 'Email' WHEN 'whatsapp' THEN 'WhatsApp' WHEN 'sms' THEN 'SMS'
            ELSE 'Phone' END ORDER BY t, row) FILTER ((prefers = 'email' AND some_mail IS NOT NULL)
            OR (prefers IN ('phone', 'whatsapp', 'sms') AND reached_by_phone IS NOT NULL)),
        CASE WHEN max(phone) IS NULL THEN 'Email' ELSE 'Phone' END) AS channel,
    last(mail ORDER BY t, row) FILTER (mail IS NOT NULL) AS mail,
    max(phone) AS phone,
    last(leadExternalId ORDER BY t, row) FILTER (acceptMarketing) AS yes,
    max(t) FILTER (acceptMarketing) AS yes_t,
    last(leadExternalId ORDER BY t, row) FILTER (acceptPrivatePolicy) AS privacy,
    count(*) AS leads,
    last(leadExternalId ORDER BY t, row) AS latest,
    last(branch ORDER BY t, row) AS branch
FROM preferred SEMI JOIN agreeing USING (who) GROUP BY 1
"""


@pytest.fixture(scope="module")
def tables():
    """Draw four weeks of the simulated DMS."""
    sandbox = Sandbox(leads_per_day=400, now=lambda: datetime(2026, 9, 1, tzinfo=UTC))
    bulks = []
    for week in range(4):
        start = datetime(2026, 7, 26, 21, tzinfo=UTC) + timedelta(days=7 * week)
        days = "&".join(
            f"{name}Date={day:%Y-%m-%dT%H:%M:%S.000Z}"
            for name, day in (("from", start), ("to", start + timedelta(days=7)))
        )
        bulks += decode(sandbox.answer("GET", f"/gs/v1/leads/bulks?{days}", {}).body)
    return build(bulks)


@pytest.mark.slow
def test_the_list_is_what_sql_says(tables, tmp_path):
    """Who, how, in which records, and of which latest lead."""
    tables.to_parquet(tmp_path)
    tables.earlier.leads.to_parquet(tmp_path / "earlier.parquet")
    sql = duckdb.connect()
    sql.execute("SET VARIABLE folder = ?", [tmp_path.as_posix()])
    sql.execute(FACTS.read_text(encoding="utf-8"))
    second = sql.execute(LISTED).df()

    first = contact_list(tables, "marketing")

    by_email = second["channel"].eq("Email")
    second["address"] = second["mail"].where(by_email, "+966" + second["phone"].astype("string"))
    who = ("+966" + second["phone"].astype("string")).fillna(second["mail"])
    second["customer"] = person_keys(who.tolist())
    columns = {
        "customer": "customer", "channel": "channel", "address": "address", "yesRecord": "yes",
        "privacyRecord": "privacy", "leads": "leads", "leadExternalId": "latest", "branch": "branch",
    }  # fmt: skip
    ours = first[list(columns)].astype("string").fillna("").sort_values("customer").to_numpy().tolist()
    theirs = second[list(columns.values())].astype("string").fillna("").sort_values("customer").to_numpy().tolist()
    assert len(ours) > 2_000
    assert ours == theirs
    assert kpis.marketable_customers(tables).value == len(ours)
