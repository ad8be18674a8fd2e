"""`LeadTables`: what a range of days holds, as five DataFrames. Pure: no network, no files."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from leads_excel.bulks.decoding import as_bulks
from leads_excel.bulks.flattening import flatten
from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import so_far
from leads_excel.tables.assembling import assemble
from leads_excel.tables.children import joined
from leads_excel.tables.coverage import coverage as covered
from leads_excel.tables.verdicts import are_provisional, are_rejected
from leads_excel.tables.writers import open_door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import pandas as pd

    from leads_excel.bulks.flattening import Part
    from leads_excel.captions.languages import Language

RIYADH = ZoneInfo("Asia/Riyadh")


@dataclass(frozen=True, eq=False, repr=False)
class LeadTables:
    """The leads of a range, with their vehicles, errors and bulks, and what the answer covers.

    Args:
        leads: One row per lead, columns `schema.LEADS`, unknown API keys at the right.
        vehicles: One row per vehicle of a lead, columns `schema.VEHICLES`.
        errors: One row per error of a lead, columns `schema.ERRORS`.
        bulks: One row per bulk, columns `schema.BULKS`.
        coverage: One row per window that was asked for, columns `coverage.COVERAGE`.
        warnings: One line for each way in which the answer differs from the API page.
        title: The range and filters in words.
        environment: Where the answer came from: demo, test or prod.
        asked: What was asked for: `from` and `to` as days, `lead_id`, `source` and `sub_source` as numbers or None.
        fetched_at: When the answer was complete, in UTC.
        as_of: The moment at which the answer stood so, in UTC; None where it is the newest.
        earlier: Earlier versions of leads that came again in a later bulk of the range: what the DMS said of them
            before. Tables of their own, with leads and these bulks only; None where no lead came twice.
        around: Answers for the days around the range, first and last, where they are known: `None` of days that are
            all to come. It may hold more days than it was asked for, and raises an `ApiError` where it cannot tell.
            None where nobody knows what was there, as of a single bulk. Figures that look back or ahead draw on it.
        lead_bulk: For each lead, by its label in the index of `leads`, the label of its bulk in `bulks`: rows that are
            chosen from `leads` keep their bulks. None where the tables were not made of bulks.
    """

    leads: pd.DataFrame
    vehicles: pd.DataFrame
    errors: pd.DataFrame
    bulks: pd.DataFrame
    coverage: pd.DataFrame
    warnings: tuple[str, ...] = ()
    title: str = ""
    environment: str = ""
    asked: Mapping[str, date | int | None] = field(default_factory=dict)
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    as_of: datetime | None = None
    earlier: LeadTables | None = None
    around: Callable[[date, date], LeadTables | None] | None = None
    lead_bulk: pd.Series | None = None

    def __getstate__(self) -> dict[str, Any]:
        # A copy in a file or in another process knows its leads, and not whom to ask for more.
        return {**self.__dict__, "around": None}

    @property
    def zone(self) -> ZoneInfo:
        """The business zone, in which all times are shown."""
        zone: ZoneInfo = self.coverage["from"].dt.tz  # a bulk's own time may be a stray
        return zone

    @property
    def days(self) -> Days | None:
        """The days that were asked for; None where that is not known, as of a single bulk."""
        first, last = self.asked.get("from"), self.asked.get("to")
        return Days(first, last) if isinstance(first, date) and isinstance(last, date) else None

    @property
    def looked_at(self) -> datetime:
        """The moment at which it stood so, in UTC."""
        return self.as_of or self.fetched_at

    @property
    def today(self) -> date:
        """The business day of that moment: days after it are still to come."""
        return self.looked_at.astimezone(self.zone).date()

    @property
    def so_far(self) -> str:
        """How many of the days asked for have come, such as "27 of 30 days"; empty where all have."""
        return so_far(self.days, self.today) if self.days and self.days.first <= self.today else ""

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self._counts().items())
        return f"<LeadTables {self.title + ': ' if self.title else ''}{counts}>"

    def _repr_html_(self) -> str:
        cell = "padding:4px 18px 4px 0;text-align:left"
        cells = "".join(
            f"<td style='{cell}'><b style='font-size:1.4em'>{count:,}</b><br>{name}</td>"
            for name, count in self._counts().items()
        )
        one_line = "max-width:72em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
        notes = "".join(f"<li style='{one_line}'>{html.escape(line)}</li>" for line in self.warnings)
        title = html.escape(" · ".join(filter(None, (self.title, self.so_far, self.environment.upper(), self._age()))))
        return f"<div><b>Leads</b> {title}<table><tr>{cells}</tr></table><ul>{notes}</ul></div>"

    def _counts(self) -> dict[str, int]:
        provisional = int(are_provisional(self).sum())
        return {
            "leads": len(self.leads),
            "rejected": int(are_rejected(self).sum()),
            **({"provisional": provisional} if provisional else {}),
            "vehicles": len(self.vehicles),
            "errors": len(self.errors),
            "bulks": len(self.bulks),
        }

    def _age(self) -> str:
        """Tell how old the oldest answer is that may still change; what is final has no age."""
        may_change = self.coverage.loc[~self.coverage["final"].fillna(value=False), "fetchedAt"].dropna()
        since = may_change.min() if len(may_change) else self.fetched_at
        minutes = int((datetime.now(UTC) - since).total_seconds() // 60)
        for least, size, unit in ((2_880, 1_440, "days"), (120, 60, "hours"), (1, 1, "min")):
            if minutes >= least:
                return f"fetched {minutes // size} {unit} ago"
        return "fetched just now"

    def with_vehicles(self) -> pd.DataFrame:
        """Join each lead with its vehicles, which belong to rows and not to numbers: many leads have `leadId` 0.

        Returns:
            The columns of leads, then those of vehicles that leads do not have: a row for each vehicle, and one for
            each lead without any, where the latter are missing. Leads repeat: count them in `leads`.
        """
        return joined(self, "vehicles")

    def with_errors(self) -> pd.DataFrame:
        """Join each lead with its errors.

        Returns:
            As `with_vehicles`: a row for each error, and one for each lead without any.
        """
        return joined(self, "errors")

    def sql(self, statement: str) -> pd.DataFrame:
        """Answer a question in SQL, with the extra `sql` (DuckDB).

        Args:
            statement: One statement over the tables `leads`, `vehicles`, `errors` and `bulks`, such as
                `SELECT source, count(*) AS leads FROM leads GROUP BY source ORDER BY leads DESC`.

        Returns:
            Its rows; times stand on the clock of the business zone, without a zone.

        Raises:
            SettingsError: DuckDB is not installed.
            ArgumentError: It cannot run the statement.
        """
        found: pd.DataFrame = open_door("sql", self, statement)
        return found

    def to_csv(self, directory: str | Path) -> list[Path]:
        """Write each table as UTF-8 CSV that a spreadsheet program opens without running anything.

        Args:
            directory: Folder to write to; made when missing.

        Returns:
            The files written.
        """
        written: list[Path] = open_door("csv", self, directory)
        return written

    def to_parquet(self, directory: str | Path) -> list[Path]:
        """Write each table as Parquet.

        Args:
            directory: Folder to write to; made when missing.

        Returns:
            The files written.
        """
        written: list[Path] = open_door("parquet", self, directory)
        return written

    def to_excel(self, path: str | Path, *, language: Language | None = None) -> Path:
        """Write a workbook with the tables, its dashboard and its log.

        Args:
            path: The `.xlsx` to write.
            language: The language of its labels, `en` or `ar`; by default what the settings say.

        Returns:
            The path.

        Raises:
            WorkbookError: The file cannot be written.
        """
        written: Path = open_door("excel", self, path, language=language)
        return written


def build(bulks: object, *, zone: ZoneInfo = RIYADH) -> LeadTables:
    """Flatten bulks into tables.

    Args:
        bulks: Bulks as decoded by `bulks.decode`, or a reply as plain JSON objects: a list of bulks, one bulk, or None.
        zone: The business zone.

    Returns:
        The tables; coverage is empty, since bulks do not say what was asked for.

    Raises:
        ApiReplyError: A bulk or a lead is not an object.
    """
    return join([flatten(as_bulks(bulks), zone)], zone=zone)


def join(
    parts: list[Part],
    *,
    zone: ZoneInfo = RIYADH,
    coverage: Iterable[dict[str, Any]] = (),
    title: str = "",
    environment: str = "",
    asked: Mapping[str, date | int | None] | None = None,
) -> LeadTables:
    """Put flattened replies together into tables, each lead once.

    Args:
        parts: Flattened replies in time order; they are used up.
        zone: The business zone.
        coverage: One record per window that was asked for, keys as in `coverage.COVERAGE`.
        title: The range and filters in words.
        environment: Where the replies came from.
        asked: What was asked for, as in `LeadTables`.
    """
    frames, earlier, lead_bulk, warnings = assemble(parts or [flatten([], zone)], zone)
    tables = LeadTables(
        leads=frames["leads"],
        vehicles=frames["vehicles"],
        errors=frames["errors"],
        bulks=frames["bulks"],
        coverage=covered(coverage, zone),
        warnings=warnings,
        title=title,
        environment=environment,
        asked=asked or {},
        lead_bulk=lead_bulk,
    )
    if earlier.empty:
        return tables
    none = tables.vehicles.iloc[:0], tables.errors.iloc[:0]
    return replace(
        tables, earlier=replace(tables, leads=earlier, vehicles=none[0], errors=none[1], warnings=(), lead_bulk=None)
    )
