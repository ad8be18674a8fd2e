"""The command `check`: whether the numbers are as they should be, and word to whoever is to know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leads_excel.cli.running.braking import Yes, braked
from leads_excel.cli.running.exit_codes import BROKEN, complain
from leads_excel.cli.running.options import DATE_HELP, Json, To, as_json
from leads_excel.exceptions import ArgumentError, LeadsError
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from leads_excel.checks.examining import Verdict
    from leads_excel.checks.notices import Recipient
    from leads_excel.checks.rules import Rule
    from leads_excel.settings.model import Settings


def check(
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="RULE...", help="What would be wrong, such as 'rejection_rate > 15%'."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="A text file of rules, a line each; # is a remark.")
    ] = None,
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help=f"First day: {DATE_HELP}.")] = "YESTERDAY",
    to: To = None,
    notify: Annotated[
        list[str] | None,
        typer.Option(metavar="WHERE", help="Tell what is wrong: https://... of Teams or Slack, or mailto:ADDRESS."),
    ] = None,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Check the numbers: a line for each rule, and exit code 7 when one is broken."""
    from leads_excel.checks.notices import recipients
    from leads_excel.checks.rules import parse
    from leads_excel.log.runs import note_result
    from leads_excel.settings.model import Settings

    settings = Settings()
    parsed = [parse(text) for text in [*(rules or ()), *_lines(file)]]
    if not parsed:
        raise ArgumentError("There is nothing to check: write a rule such as 'rejection_rate > 15%', or name --rules.")
    told = recipients(notify or [], settings)
    try:
        with braked(yes=yes):
            verdicts = _examined(parsed, (from_, to), settings)
    except LeadsError as error:
        _tell(told, "The numbers could not be checked", [str(error)])
        raise
    broken = [verdict for verdict in verdicts if verdict.state == "broken"]
    summary = f"{counted(len(broken), 'rules')} of {len(verdicts)} broken"
    note_result(summary)
    typer.echo(as_json(verdicts) if json else "\n".join(verdict.line for verdict in verdicts))
    if broken:
        _tell(told, summary, [verdict.line for verdict in broken])
        raise typer.Exit(BROKEN)


def _tell(told: list[Recipient], subject: str, lines: list[str]) -> None:
    from leads_excel.checks.notices import tell_all

    for failure in tell_all(told, subject, lines):
        complain(failure)


def _examined(rules: list[Rule], days: tuple[str, str | None], settings: Settings) -> list[Verdict]:
    from leads_excel.checks.examining import examine
    from leads_excel.fetching.session import Session, current, use

    use(Session(settings))
    verdicts = examine(rules, *days)
    age = current().status()["age"]
    if isinstance(age, int) and age * 60 > settings.ttl:  # the store answered in place of the API
        complain(f"The API was out of reach: the numbers are {age:,} minutes old.")
    return verdicts


def _lines(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ArgumentError(f"The rules {file.name} cannot be read: {reason}.") from error
    return [rule for line in text.splitlines() if (rule := line.partition("#")[0].strip())]
