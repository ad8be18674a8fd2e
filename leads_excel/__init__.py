"""Sales leads from the DMS lead API as Excel formulas, refreshed workbooks and pandas DataFrames."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leads_excel import charts, kpis
    from leads_excel.excel.bridge import as_formula, as_python
    from leads_excel.excel.workbooks import refresh
    from leads_excel.exceptions import (
        ApiAccessError,
        ApiError,
        ApiReplyError,
        ApiUnavailableError,
        ArgumentError,
        DateError,
        LeadsError,
        SettingsError,
        StoreLayoutError,
        WorkbookError,
        WorkbookLayoutError,
        WorkbookLockedError,
    )
    from leads_excel.exports.partitions import export
    from leads_excel.fetching.fetch import fetch, fetch_bulk
    from leads_excel.functions.analysis import leads_by, leads_dupes, leads_kpi
    from leads_excel.functions.changes import changes, leads_new
    from leads_excel.functions.contacts import contacts, leads_contacts
    from leads_excel.functions.customers import customers, leads_customers
    from leads_excel.functions.listings import (
        lead,
        lead_bulks,
        lead_errors,
        lead_vehicles,
        leads,
        leads_date,
        leads_fields,
        leads_list,
        leads_status,
    )
    from leads_excel.functions.rejections import fix_list, leads_fix, rejections
    from leads_excel.functions.why import leads_why, why
    from leads_excel.reports.report import report
    from leads_excel.settings.model import Settings
    from leads_excel.tables.lead_tables import LeadTables

__all__ = [
    "ApiAccessError",
    "ApiError",
    "ApiReplyError",
    "ApiUnavailableError",
    "ArgumentError",
    "DateError",
    "LeadTables",
    "LeadsError",
    "Settings",
    "SettingsError",
    "StoreLayoutError",
    "WorkbookError",
    "WorkbookLayoutError",
    "WorkbookLockedError",
    "__version__",
    "as_formula",
    "as_python",
    "changes",
    "charts",
    "contacts",
    "customers",
    "export",
    "fetch",
    "fetch_bulk",
    "fix_list",
    "kpis",
    "lead",
    "lead_bulks",
    "lead_errors",
    "lead_vehicles",
    "leads",
    "leads_by",
    "leads_contacts",
    "leads_customers",
    "leads_date",
    "leads_dupes",
    "leads_fields",
    "leads_fix",
    "leads_kpi",
    "leads_list",
    "leads_new",
    "leads_status",
    "leads_why",
    "main",
    "refresh",
    "rejections",
    "report",
    "why",
]

# Where each public name lives. Excel's Python process and the command line start faster when a name is loaded on its
# first use.
_HOMES = {
    **dict.fromkeys((name for name in __all__ if name.endswith("Error")), "exceptions"),
    "LeadTables": "tables.lead_tables",
    "Settings": "settings.model",
    "changes": "functions.changes",
    **dict.fromkeys(("as_formula", "as_python"), "excel.bridge"),
    "export": "exports.partitions",
    "fetch": "fetching.fetch",
    "fetch_bulk": "fetching.fetch",
    "refresh": "excel.workbooks",
    "report": "reports.report",
    **dict.fromkeys((name for name in __all__ if name.split("_")[0] in ("lead", "leads")), "functions.listings"),
    **dict.fromkeys(("leads_by", "leads_dupes", "leads_kpi"), "functions.analysis"),
    "leads_new": "functions.changes",
    **dict.fromkeys(("contacts", "leads_contacts"), "functions.contacts"),
    **dict.fromkeys(("customers", "leads_customers"), "functions.customers"),
    **dict.fromkeys(("leads_why", "why"), "functions.why"),
    **dict.fromkeys(("fix_list", "leads_fix", "rejections"), "functions.rejections"),
}

# Modules that scripts imported from here before each part of the package had a room of its own.
_MOVED = {
    "analysis": "functions.analysis",
    "coverage": "tables.coverage",
    "differences": "functions.changes",
    "fetcher": "fetching.fetch",
    "keychain": "settings.keychain",
    "lookup": "functions.lookup",
    "moments": "dates.moments",
    "privacy": "schema.masking",
    "progress": "fetching.progress",
    "session": "fetching.session",
    "sync": "fetching.sync",
    "values": "bulks.json_values",
    "workbooks": "excel.workbooks",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute of any type
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - read when asked for

        value: object = version("leads-excel")
    elif name in ("charts", "kpis"):
        value = import_module(f"leads_excel.{name}")
    elif name in _HOMES:
        value = getattr(import_module(f"leads_excel.{_HOMES[name]}"), name)
    elif name in _MOVED:
        home = f"leads_excel.{_MOVED[name]}"
        warnings.warn(f"leads_excel.{name} is now {home}: import it from there.", DeprecationWarning, stacklevel=2)
        return import_module(home)
    else:
        raise AttributeError(f"module 'leads_excel' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def main() -> None:
    """Refresh the workbook that calls: what xlwings' button Run main runs in a workbook named leads_excel.xlsx."""
    from leads_excel.excel import macros  # noqa: PLC0415 - xlwings is loaded only for a workbook in Excel

    macros.refresh()
