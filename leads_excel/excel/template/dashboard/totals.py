"""What each total on the Dashboard means: its formula over the tables. Data only."""

from __future__ import annotations

from dataclasses import dataclass

NO_VALUE = "\N{EN DASH}"
"""What stands where there is nothing to divide by."""
DAYS_SHOWN = 92
"""How many days the daily chart can show: a quarter."""


@dataclass(frozen=True, slots=True)
class Total:
    """One number about everything that is loaded.

    Args:
        name: What later formulas call it, in braces.
        label: What people call it.
        formula: Over the tables, the result cells of Home and the totals before it.
        style: Its format.
    """

    name: str
    label: str
    formula: str
    style: str = "figure.count"


def _day(name: str, label: str, formula: str) -> Total:
    return Total(name, label, formula, "figure.day")


def _date_at(place: int) -> str:
    return f"DATE(MID(out_range,{place},4),MID(out_range,{place + 5},2),MID(out_range,{place + 8},2))"


def _week(name: str, label: str, since: str, rejected: str = "") -> Total:
    """Count the leads of the seven days from one on."""
    created = f'leads[bulkCreatedDate],">="&{since},leads[bulkCreatedDate],"<"&{since}+7'
    return Total(name, label, f'IF({{week_start}}="",0,COUNTIFS({created}{rejected}))')


_REJECTED = ",leads[isError],TRUE"
_PROVISIONAL = 'leads[verdict],"provisional"'
_KNOWN = '{{"accepted","rejected","provisional"}}'

TOTALS = (
    # vehicleCount is the one column that every lead fills and the empty row of a table does not
    Total("received", "Leads received", "COUNT(leads[vehicleCount])"),
    Total("rejected", "Leads rejected", "COUNTIF(leads[isError],TRUE)"),
    # a refresh writes the verdicts; without their column these are errors in cells, not numbers that look right
    Total("provisional", "Leads provisional", f"COUNTIFS({_PROVISIONAL})"),
    Total("judged", "Leads judged", "{received}-{provisional}"),
    Total("accepted", "Leads accepted", "{judged}-{rejected}"),
    Total("unknown", "Leads without a verdict", "{received}-{rejected}-COUNTIF(leads[isError],FALSE)"),
    Total("unread", "Rows without a known verdict", f"{{received}}-SUMPRODUCT(COUNTIF(leads[verdict],{_KNOWN}))"),
    Total("undated", "Leads without a date", "{received}-COUNT(leads[bulkCreatedDate])"),
    Total(
        "contactable",
        "Accepted, with a valid phone or e-mail",
        "COUNTIF(leads[contactable],TRUE)-COUNTIFS(leads[contactable],TRUE,leads[isError],TRUE)"
        f"-COUNTIFS(leads[contactable],TRUE,{_PROVISIONAL})",
    ),
    Total(
        "rate",
        "Rejection rate",
        f'IF({{judged}}=0,"{NO_VALUE}",{{rejected}}/{{judged}})',
        "figure.rate",
    ),
    Total("errors", "Errors given", "COUNT(errors[position])"),
    Total("vehicles", "Vehicle lines", "COUNT(vehicles[position])"),
    Total("units", "Vehicles asked for", "SUM(vehicles[totalQty])"),
    Total("bulks", "Bulks", "COUNT(bulks[leadCount])"),
    Total("open", "Bulks created or in progress", 'COUNTIF(bulks[isProcessed],"<3")'),
    Total(
        "stuck",
        "Bulks open for more than a day",
        'COUNTIFS(bulks[isProcessed],"<3",bulks[createdDate],"<"&N(out_refreshed_at)-1)',
    ),
    Total("cancelled", "Bulks cancelled", "COUNTIF(bulks[isProcessed],3)"),
    Total("in_open", "Leads in open bulks", 'SUMIFS(bulks[leadCount],bulks[isProcessed],"<3")'),
    Total(
        "unmatched",
        "Finished bulks that do not add up",
        "SUMPRODUCT((bulks[isProcessed]=4)*((bulks[totalRecords]<>bulks[leadCount])"
        "+(bulks[errorRecords]<>bulks[errorLeadCount])>0))",
    ),
    Total("written", "Leads at the last refresh", "N(out_leads)"),
    _day("from", "Range from", f'IFERROR({_date_at(1)},"")'),
    # out_range reads "2026-08-02 to 2026-08-08", "2026-08-02" for one day, and may name filters after that
    _day("to", "Range to", f'IF(MID(out_range,11,4)=" to ",IFERROR({_date_at(15)},{{from}}),{{from}})'),
    # days to come are no days of a mean; a refresh tells which have come, else the day of the refresh does
    _day(
        "until",
        "Range counted up to",
        'IF(COUNT({to})=0,"",IF(N(out_until)>0,INT(N(out_until)),MIN({to},INT(N(out_refreshed_at)))))',
    ),
    Total("asked", "Days of the range", "IF(COUNT({from},{to})<2,0,{to}-{from}+1)"),
    Total("come", "Days that have come", "IF(COUNT({from},{until})<2,0,{until}-{from}+1)"),
    _day(
        "earliest",
        "Earliest submission",
        'IF(COUNT(leads[bulkCreatedDate])=0,"",INT(MIN(leads[bulkCreatedDate])))',
    ),
    _day(
        "latest",
        "Latest submission",
        'IF(COUNT(leads[bulkCreatedDate])=0,"",INT(MAX(leads[bulkCreatedDate])))',
    ),
    _day("first", "First day", 'IF(COUNT({from},{earliest})=0,"",MIN({from},{earliest}))'),
    _day("last", "Last day", 'IF(COUNT({until},{latest})=0,"",MAX({until},{latest}))'),
    Total("days", "Days", "IF(COUNT({first},{last})<2,0,{last}-{first}+1)"),
    Total("per_day", "Leads a day", f'IF({{days}}=0,"{NO_VALUE}",{{received}}/{{days}})', "figure.mean"),
    _day("shown", "First day of the chart", f'IF({{days}}=0,"",MAX({{first}},{{last}}-{DAYS_SHOWN - 1}))'),
    # the day of the refresh is not over; where the range holds fewer than two weeks before it, nothing is compared
    _day("whole", "Last whole day", 'IF({days}=0,"",MIN({last},INT(N(out_refreshed_at))-1))'),
    _day("week_start", "Last seven days from", 'IF({days}=0,"",IF({whole}-13<{first},"",{whole}-6))'),
    _week("week", "Leads received, last 7 days", "{week_start}"),
    _week("week_before", "Leads received, 7 days before", "({week_start}-7)"),
    _week("week_rejected", "Leads rejected, last 7 days", "{week_start}", _REJECTED),
    _week("week_before_rejected", "Leads rejected, 7 days before", "({week_start}-7)", _REJECTED),
    _week("week_provisional", "Leads provisional, last 7 days", "{week_start}", f",{_PROVISIONAL}"),
    _week("week_before_provisional", "Leads provisional, 7 days before", "({week_start}-7)", f",{_PROVISIONAL}"),
)
"""Every total, in the order written. Days are those of the bulk's creation, which is what the range asks for."""
