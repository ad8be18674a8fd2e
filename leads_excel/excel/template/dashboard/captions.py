"""Everything that the Dashboard says, in one place. Data, and how words become formulas.

An entry may hold names in braces, which `phrase` replaces by formulas: `{change} on {before}`.
"""

from __future__ import annotations

from leads_excel.excel.template.sheets.home import TEXTS
from leads_excel.excel.template.sheets.phrases import literal, written

CAPTIONS: dict[str, str] = {
    "title": "Dashboard",
    "nothing": "Nothing is loaded.",
    "period": "{range}{come}   ·   refreshed {moment}, business time",
    "period.come": ", {come} of {asked} days",
    # --- the strip that says whether everything is there: `Complete`, `Check` and `Failed` are its first words
    "coverage.none": "Not refreshed yet: choose days on Home, then refresh.",
    "coverage.failed": "Failed: the last refresh did not succeed, these are the numbers before it.",
    "coverage.verdict": "Check: Leads has no column verdict, by which it is counted: insert it, then refresh.",
    "coverage.lead": "Check: Leads, Vehicles or Errors lacks brand, branch or source, by which it is counted: insert "
    "them, then refresh.",
    "coverage.unread": "Check: rows of Leads without a known verdict: {count}: refresh.",
    "coverage.rows": "Check: the table holds {loaded} leads, the last refresh brought {written}.",
    "coverage.filtered": "Complete: every day was read; under a filter, bulks are not checked.",
    "coverage.bulks": "Check: bulks that do not hold what the DMS counted: {unmatched} of {bulks} (red on Bulks).",
    "coverage.complete": "Complete: nothing is missing.",
    "coverage.come": " {come} of {asked} days have come.",
    "coverage.provisional": " Provisional leads, in no rate yet: {count} (open bulks: {open}).",
    "coverage.undated": " Leads without a date, in no day: {count}.",
    "coverage.unknown": " Leads without a verdict, taken as not rejected: {count}.",
    # --- the pickers
    "pick.brand": "Brand",
    "pick.branch": "Branch",
    "pick.source": "Source",
    "pick.all": TEXTS["pick.all"],
    "pick.message": "Choose from the list: all numbers and charts follow, bulks apart. Empty or (all): everything.",
    "pick.error": "No lead that is loaded has this name: choose one from the list, or (all).",
    "pick.shown": "Shown",
    "pick.shown.empty": "nothing is loaded",
    "pick.shown.all": "all {loaded} leads",
    "pick.shown.some": "{received} of {loaded} leads",
    "pick.shown.none": "no lead: choose others",
    # --- the cards
    "why": "why?",
    "card.received": "Received",
    "card.accepted": "Accepted",
    "card.rejected": "Rejected",
    "card.rate": "Rejection rate",
    "card.duplicates": "Duplicates",
    "card.hot": "Hot but out of reach",
    "card.vehicles": "Vehicle lines",
    "card.stuck": "Stuck bulks",
    "received.a_day": "{mean} a day",
    "received.a_whole_day": "{mean} a day, today apart",
    "received.today": "today so far",
    "accepted.share": "{share}% of judged",
    "accepted.provisional": "{count} provisional",
    "rejected.errors": "{count} errors given",
    "rate.few": "of fewer than 30 leads",
    "rate.judged": "of judged, not provisional",
    "rate.all": "of all received",
    "duplicates.share": "{share}% of accepted leads",
    "duplicates.unknown": "not known: refresh, see the Log",
    "duplicates.about": "the same customer within 30 days",
    "hot.share": "of {count} accepted hot leads",
    "hot.about": "no valid phone, no valid e-mail",
    "vehicles.units": "{count} vehicles asked for",
    "stuck.open": "{open} open, {cancelled} cancelled",
    "stuck.all": "of all brands, branches and sources",
    "week": "{week}: {count}{change}",
    "week.change": ", {change}% on {before}",
    "week.rate": "{week}: {rate}%, {points} points on {before}",
    "week.title": "Seven days",
    "week.message": "The last seven whole days of the range, and how they differ from the seven before.",
    "target": "Target, 30 days",
    "target.rate": "Target",
    "target.title": "Your target",
    "target.message": "For 30 days, and for what is chosen above. What came on whole days is held against it as if it "
    "went on for 30 days. Empty: none. A refresh keeps it.",
    "target.rate.message": "A share such as 7%, for what is chosen above. Empty: none. A refresh keeps it.",
    "target.error": "Type a number that is not negative, or leave the cell empty.",
    "target.pace": "{share}%: {pace} in 30 days at this pace",
    "target.points.above": "{points} points above the target",
    "target.points.below": "{points} points below the target",
    "target.points.on": "on target",
    "target.early": "no whole day has come yet",
    # --- the charts
    "days": "Leads per day",
    "days.only": "Leads today, {today}",
    "days.span": ", {span}",
    "days.cut": ", the last {shown} of {days} days",
    "days.today": "; {today} is not over",
    "until": "{day} until {time}",
    "stages": "From received to contactable",
    "stages.received": "Received",
    "stages.accepted": "Accepted",
    "stages.contactable": "Contactable",
    "by.brand": "By brand: received, and the share rejected",
    "by.branch": "By branch: received, and the share rejected",
    "by.source": "By source: received, and the share rejected",
    "by.interest": "By interest: received, and the share rejected",
    "by.customerCity": "By city of the customer: received, and the share rejected",
    "by.subSource": "By sub-source: received, and the share rejected",
    "reasons": "Why leads were rejected: errors by reason, digits as {mask}",
    "models": "By model: vehicle lines, and their years",
    "plans": "By purchase plan: accepted leads, and their priority",
    "series.accepted": "Accepted",
    "series.rejected": "Rejected",
    "series.provisional": "Provisional",
    "series.today": "Today so far",
    "series.share": "Rejected share, 7 days (right)",
    "other": "Other",
    "months": "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec",
    # --- the figures behind them, right of the page
    "block.totals": "Totals",
    "block.days": "Leads by day",
    "block.brand": "Leads by brand",
    "block.branch": "Leads by branch",
    "block.source": "Leads by source",
    "block.reasons": "Errors by reason",
    "block.models": "Vehicle lines by model and year",
    "block.plans": "Accepted leads by purchase plan and priority",
    "block.list.brand": "Brands to choose from",
    "block.list.branch": "Branches to choose from",
    "block.list.source": "Sources to choose from",
    "block.bars": "{title}: the chart",
    "block.across": "{title}: names across",
    "total.every_brand": "Every brand",
    "total.wanted_brand": "Brand chosen",
    "total.every_branch": "Every branch",
    "total.wanted_branch": "Branch chosen",
    "total.every_source": "Every source",
    "total.wanted_source": "Source chosen",
    "total.loaded": "Leads loaded",
    "total.undecided": "Leads provisional, all loaded",
    "total.received": "Leads received",
    "total.rejected": "Leads rejected",
    "total.provisional": "Leads provisional",
    "total.judged": "Leads judged",
    "total.accepted": "Leads accepted",
    "total.unknown": "Leads without a verdict",
    "total.unread": "Rows without a known verdict",
    "total.undated": "Leads without a date",
    "total.contactable": "Accepted, with a valid phone or e-mail",
    "total.duplicates": "Duplicates",
    "total.hot": "Hot leads accepted",
    "total.unreachable": "Hot but out of reach",
    "total.rate": "Rejection rate",
    "total.errors": "Errors given",
    "total.vehicles": "Vehicle lines",
    "total.units": "Vehicles asked for",
    "total.bulks": "Bulks",
    "total.open": "Bulks created or in progress",
    "total.stuck": "Bulks open for more than a day",
    "total.cancelled": "Bulks cancelled",
    "total.in_open": "Leads in open bulks",
    "total.unmatched": "Finished bulks that do not add up",
    "total.written": "Leads at the last refresh",
    "total.from": "Range from",
    "total.to": "Range to",
    "total.until": "Range counted up to",
    "total.asked": "Days of the range",
    "total.come": "Days that have come",
    "total.earliest": "Earliest submission",
    "total.latest": "Latest submission",
    "total.first": "First day",
    "total.last": "Last day",
    "total.days": "Days",
    "total.per_day": "Leads a day",
    "total.shown": "First day of the chart",
    "total.span": "Days of the chart",
    "total.today": "Day that is not over",
    "total.today_label": "Day that is not over, in words",
    "total.whole": "Last whole day",
    "total.whole_days": "Whole days",
    "total.whole_received": "Leads received on whole days",
    "total.whole_rejected": "Leads rejected on whole days",
    "total.whole_provisional": "Leads provisional on whole days",
    "total.week_start": "Last seven days from",
    "total.week_label": "Last seven days",
    "total.before_label": "Seven days before",
    "total.week": "Leads received, last 7 days",
    "total.week_before": "Leads received, 7 days before",
    "total.week_rejected": "Leads rejected, last 7 days",
    "total.week_before_rejected": "Leads rejected, 7 days before",
    "total.week_provisional": "Leads provisional, last 7 days",
    "total.week_before_provisional": "Leads provisional, 7 days before",
    "head.Total": "Total",
    "head.Value": "Value",
    "head.Name": "Name",
    "head.All": "All",
    "head.Day": "Day",
    "head.Received": "Received",
    "head.Accepted": "Accepted",
    "head.Rejected": "Rejected",
    "head.Provisional": "Provisional",
    "head.Share7": "Rejected, 7 days",
    "head.Rate": "Rate",
    "head.Label": "Label",
    "head.Leads": "Leads",
    "head.Errors": "Errors",
    "head.Share": "Share",
    "head.At": "Row",
}
"""Each text of the sheet by a name of its own. What the tables hold, such as `(blank)`, is no text of the sheet."""

EN_DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"


def phrase(name: str, **parts: str) -> str:
    """Write the formula that says something.

    Args:
        name: The entry of `CAPTIONS`.
        parts: For each name in its braces a formula, without `=`, that binds more strongly than `&`.

    Returns:
        The formula, without `=`: texts joined by `&`.
    """
    return written(CAPTIONS[name], **parts)


def count(formula: str) -> str:
    """Write a whole number with its thousands parted."""
    return f"FIXED({formula},0)"


def day(cell: str) -> str:
    """Write the formula that names a day: `24 Nov`. Format codes of TEXT depend on the language of Excel."""
    months = ",".join(map(literal, CAPTIONS["months"].split(",")))
    return f'DAY({cell})&" "&CHOOSE(MONTH({cell}),{months})'


def span(first: str, last: str) -> str:
    """Write the formula that names some days, the last included: `24-30 Nov`, `28 Nov - 4 Dec`, or the only one."""
    within = f'DAY({first})&"{EN_DASH}"&{day(last)}'
    across = f'{day(first)}&" {EN_DASH} "&{day(last)}'
    is_within = f"AND(MONTH({first})=MONTH({last}),YEAR({first})=YEAR({last}))"
    return f"IF({first}={last},{day(last)},IF({is_within},{within},{across}))"
