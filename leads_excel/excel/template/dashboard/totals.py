"""What each total on the Dashboard means: its formula over the tables. Data only.

In braces stand totals before it by name, and for each table which of its rows are counted: those of the brand, branch
and source that are chosen, as a factor of a product. The words that people read stand in `captions`.
"""

from __future__ import annotations

from dataclasses import dataclass

from leads_excel.excel.template.dashboard.captions import CAPTIONS, EN_DASH, phrase, span
from leads_excel.excel.template.dashboard.captions import day as named_day

NO_VALUE = EN_DASH
"""What stands where there is nothing to divide by, or where nobody knows."""
DAYS_SHOWN = 92
"""How many days the daily chart can show: a quarter."""


@dataclass(frozen=True, slots=True)
class Total:
    """One number about everything that is loaded or chosen.

    Args:
        name: What later formulas call it, in braces.
        formula: Over the tables, the result cells of Home and the totals before it.
        style: Its format.
    """

    name: str
    formula: str
    style: str = "figure.count"

    @property
    def label(self) -> str:
        """What people call it."""
        return CAPTIONS[f"total.{self.name}"]


def _day(name: str, formula: str) -> Total:
    return Total(name, formula, "figure.day")


def _text(name: str, formula: str) -> Total:
    return Total(name, formula, "figure.label")


def _date_at(place: int) -> str:
    return f"DATE(MID(out_range,{place},4),MID(out_range,{place + 5},2),MID(out_range,{place + 8},2))"


def _leads(*conditions: str) -> str:
    """Count the chosen leads that meet conditions, each a factor."""
    return f"SUMPRODUCT({'*'.join([*conditions, '{in_leads}'])})"


# vehicleCount is the one column that every lead fills and the empty row of a table does not
_RECEIVED = "ISNUMBER(leads[vehicleCount])"
_REJECTED = "(leads[isError]=TRUE)"
# a refresh writes the verdicts; without their column these are errors in cells, not numbers that look right
_PROVISIONAL = '(leads[verdict]="provisional")'
_ACCEPTED = '(leads[isError]<>TRUE)*(leads[verdict]<>"provisional")'
_HOT = '(TRIM(leads[priority])="hot")'  # comparing passes over case
_KNOWN = '{{"accepted","rejected","provisional"}}'
_TOLD = "COUNTIF(leads[duplicate],TRUE)+COUNTIF(leads[duplicate],FALSE)"
_CREATED = "leads[bulkCreatedDate]"
_TIME = 'RIGHT("0"&HOUR(out_refreshed_at),2)&":"&RIGHT("0"&MINUTE(out_refreshed_at),2)'
_UNTIL = phrase("until", day=named_day("{today}"), time=_TIME)


def _week(name: str, since: str, of: str) -> Total:
    """Count the leads of the seven days from one on."""
    counted = _leads(f"({_CREATED}>={since})", f"({_CREATED}<{since}+7)", of)
    return Total(name, f'IF({{week_start}}="",0,{counted})')


def _whole(name: str, of: str) -> Total:
    """Count the leads of whole days."""
    return Total(name, f"IF({{whole_days}}=0,0,{_leads(f'({_CREATED}>=1)', f'({_CREATED}<{{whole}}+1)', of)})")


TOTALS = (
    Total("loaded", "COUNT(leads[vehicleCount])"),
    Total("received", _leads(_RECEIVED)),
    Total("rejected", _leads(_REJECTED)),
    Total("provisional", _leads(_PROVISIONAL)),
    Total("judged", "{received}-{provisional}"),
    Total("accepted", "{judged}-{rejected}"),
    Total("undecided", 'COUNTIFS(leads[verdict],"provisional")'),
    Total("unknown", "{loaded}-COUNTIF(leads[isError],TRUE)-COUNTIF(leads[isError],FALSE)"),
    Total("unread", f"{{loaded}}-SUMPRODUCT(COUNTIF(leads[verdict],{_KNOWN}))"),
    Total("undated", f"{{loaded}}-COUNT({_CREATED})"),
    Total("contactable", _leads("(leads[contactable]=TRUE)", _ACCEPTED)),
    # looking back may fail, then the column is empty: not known is not none
    Total(
        "duplicates",
        f'IF(AND({{loaded}}>0,{_TOLD}=0),"{NO_VALUE}",{_leads("(leads[duplicate]=TRUE)")})',
    ),
    Total("hot", _leads(_HOT, _ACCEPTED)),
    Total("unreachable", _leads(_HOT, "(leads[contactable]<>TRUE)", _ACCEPTED)),
    Total("rate", f'IF({{judged}}=0,"{NO_VALUE}",{{rejected}}/{{judged}})', "figure.rate"),
    Total("errors", "SUMPRODUCT(ISNUMBER(errors[position])*{in_errors})"),
    Total("vehicles", "SUMPRODUCT(ISNUMBER(vehicles[position])*{in_vehicles})"),
    Total("units", "SUMPRODUCT({in_vehicles},vehicles[totalQty])"),
    Total("bulks", "COUNT(bulks[leadCount])"),
    Total("open", 'COUNTIF(bulks[isProcessed],"<3")'),
    Total("stuck", 'COUNTIFS(bulks[isProcessed],"<3",bulks[createdDate],"<"&N(out_refreshed_at)-1)'),
    Total("cancelled", "COUNTIF(bulks[isProcessed],3)"),
    Total("in_open", 'SUMIFS(bulks[leadCount],bulks[isProcessed],"<3")'),
    Total(
        "unmatched",
        "SUMPRODUCT((bulks[isProcessed]=4)*((bulks[totalRecords]<>bulks[leadCount])"
        "+(bulks[errorRecords]<>bulks[errorLeadCount])>0))",
    ),
    Total("written", "N(out_leads)"),
    _day("from", f'IFERROR({_date_at(1)},"")'),
    # out_range reads "2026-08-02 to 2026-08-08", "2026-08-02" for one day, and may name filters after that
    _day("to", f'IF(MID(out_range,11,4)=" to ",IFERROR({_date_at(15)},{{from}}),{{from}})'),
    # days to come are no days of a mean; a refresh tells which have come, else the day of the refresh does
    _day(
        "until",
        'IF(COUNT({to})=0,"",IF(N(out_until)>0,INT(N(out_until)),MIN({to},INT(N(out_refreshed_at)))))',
    ),
    Total("asked", "IF(COUNT({from},{to})<2,0,{to}-{from}+1)"),
    Total("come", "IF(COUNT({from},{until})<2,0,{until}-{from}+1)"),
    _day("earliest", f'IF(COUNT({_CREATED})=0,"",INT(MIN({_CREATED})))'),
    _day("latest", f'IF(COUNT({_CREATED})=0,"",INT(MAX({_CREATED})))'),
    _day("first", 'IF(COUNT({from},{earliest})=0,"",MIN({from},{earliest}))'),
    _day("last", 'IF(COUNT({until},{latest})=0,"",MAX({until},{latest}))'),
    Total("days", "IF(COUNT({first},{last})<2,0,{last}-{first}+1)"),
    Total("per_day", f'IF({{days}}=0,"{NO_VALUE}",{{received}}/{{days}})', "figure.mean"),
    _day("shown", f'IF({{days}}=0,"",MAX({{first}},{{last}}-{DAYS_SHOWN - 1}))'),
    _text("span", f'IF({{days}}=0,"",{span("{shown}", "{last}")})'),
    _day("today", 'IF({days}=0,"",IF({last}=INT(N(out_refreshed_at)),{last},""))'),
    _text("today_label", f'IF({{today}}="","",{_UNTIL})'),
    # the day of the refresh is not over; where the range holds fewer than two weeks before it, nothing is compared
    _day("whole", 'IF({days}=0,"",MIN({last},INT(N(out_refreshed_at))-1))'),
    Total("whole_days", "IF({days}=0,0,MAX(0,{whole}-{first}+1))"),
    _whole("whole_received", _RECEIVED),
    _whole("whole_rejected", _REJECTED),
    _whole("whole_provisional", _PROVISIONAL),
    _day("week_start", 'IF({days}=0,"",IF({whole}-13<{first},"",{whole}-6))'),
    _text("week_label", f'IF({{week_start}}="","",{span("{week_start}", "({week_start}+6)")})'),
    _text("before_label", f'IF({{week_start}}="","",{span("({week_start}-7)", "({week_start}-1)")})'),
    _week("week", "{week_start}", _RECEIVED),
    _week("week_before", "({week_start}-7)", _RECEIVED),
    _week("week_rejected", "{week_start}", _REJECTED),
    _week("week_before_rejected", "({week_start}-7)", _REJECTED),
    _week("week_provisional", "{week_start}", _PROVISIONAL),
    _week("week_before_provisional", "({week_start}-7)", _PROVISIONAL),
)
"""Every total, in the order written. Days are those of the bulk's creation, which is what the range asks for."""
