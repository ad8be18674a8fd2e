"""What all commands have in common: they are logged from beginning to end, and their help ends with examples."""

from __future__ import annotations

import inspect
import logging
import traceback
from enum import Enum
from functools import cache, wraps
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer

from leads_excel.cli.running.exit_codes import STOPPED, UNEXPECTED, code_of, complain
from leads_excel.exceptions import LeadsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leads_excel.log.events import Fact
    from leads_excel.log.runs import Run

Function = TypeVar("Function", bound="Callable[..., Any]")

_DATES = ("from", "to", "since", "older_than")
_WORDS = ("environment", "topic")
_PERSONS = ("lead", "lead_id", "record")

_COMMON = {
    "verbose": Annotated[bool, typer.Option("--verbose", "-v", help="Show what is logged, and log each request.")],
    "log": Annotated[Path | None, typer.Option(metavar="FILE", help="Log to this file, not to the settings' folder.")],
}
COMMON = tuple(_COMMON)
"""The options that every command has."""


class LoggedCommands(typer.Typer):
    """Commands that are logged, that take `--verbose` and `--log`, and whose help ends with examples.

    Args:
        group: The word in front of their names; none for those of the program itself.
        **options: As for Typer.
    """

    def __init__(self, *, group: str = "", **options: Any) -> None:  # noqa: ANN401 - those of Typer's own
        super().__init__(**options)
        self._group = group

    def command(
        self,
        name: str | None = None,
        **options: Any,  # noqa: ANN401 - those of Typer's own
    ) -> Callable[[Function], Function]:
        """Add a command, as Typer does.

        Args:
            name: Its name; that of its function by default.
            **options: As for Typer.

        Returns:
            What takes the function of the command, and gives it back as it is.
        """

        def added(function: Function) -> Function:
            words = f"{self._group} {name or function.__name__}".strip()
            add = super(LoggedCommands, self).command(name or function.__name__, epilog=_epilog(words), **options)
            add(_logged(words, function))
            return function

        return added


def asked(given: Mapping[str, Any]) -> dict[str, Fact]:
    """Reduce what a command was given to what may stand in a log: no lead's number, no free text, no folder.

    Args:
        given: Arguments and options by name.
    """
    known = {name.rstrip("_"): value for name, value in given.items() if value not in (None, False)}
    return {name: fact for name, value in known.items() if (fact := _fact(name, value)) is not None}


def examples(command: str) -> list[str]:
    """List the examples of a command on the page `commands`.

    Args:
        command: Its words, such as `store info`.
    """
    section = _page().partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    return [line for line in section.partition("```sh\n")[2].partition("```")[0].splitlines() if line]


@cache
def _page() -> str:
    return files("leads_excel").joinpath("docs", "commands.md").read_text(encoding="utf-8")


def _epilog(command: str) -> str:
    return "\b\n" + "\n".join(["Examples:", *(f"  {line}" for line in examples(command))])  # \b: lines stay lines


def _logged(command: str, function: Callable[..., Any]) -> Callable[..., None]:
    hints = get_type_hints(function, include_extras=True)
    own = [each.replace(annotation=hints[each.name]) for each in inspect.signature(function).parameters.values()]
    kind = inspect.Parameter.KEYWORD_ONLY
    common = [inspect.Parameter(name, kind, default=None, annotation=hint) for name, hint in _COMMON.items()]

    @wraps(function)
    def run(*, verbose: bool = False, log: Path | None = None, **given: Any) -> None:  # noqa: ANN401 - each its own
        from leads_excel.log.runs import logged

        with logged(command, file=log, also=_Terminal() if verbose else None, verbose=bool(verbose)) as current:
            current.begin(asked(given))
            try:
                _ended(current, lambda: function(**given))
            finally:
                if current.trouble:
                    complain(f"The log cannot be written ({current.trouble}): everything else was done.")

    parameters = [*(each.replace(kind=kind) for each in own), *common]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # which Python reads (PEP 362)
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    del run.__wrapped__  # Typer would read the options of the function itself
    return run


def _ended(run: Run, work: Callable[[], object]) -> None:
    code, why = UNEXPECTED, ""
    try:
        work()
        code = 0
    except typer.Exit as stop:
        code = stop.exit_code
        raise
    except LeadsError as error:
        code, why = code_of(error), str(error)
        raise
    except (KeyboardInterrupt, typer.Abort):
        code, why = STOPPED, "stopped"
        raise
    except Exception as error:
        why = _unexpected(error)
        raise
    finally:
        run.end(code, why)


def _unexpected(error: Exception) -> str:
    from leads_excel.excel.unexpected import told
    from leads_excel.log.events import tell

    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    tell("unexpected", {"trace": where}, level=logging.ERROR)
    return told(error)


def _fact(name: str, value: object) -> Fact:
    fact: Fact = None
    if name in _PERSONS:
        fact = "•••"
    elif isinstance(value, Enum):
        fact = str(value.value)
    elif isinstance(value, bool | int | float):
        fact = value
    elif isinstance(value, Path):
        fact = value.name
    elif isinstance(value, list | tuple) and all(isinstance(item, Path) for item in value):
        fact = [item.name for item in value]
    elif name in _DATES + _WORDS:
        fact = str(value)
    return fact


class _Terminal(logging.Handler):
    """Shows events on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        typer.echo(record.getMessage(), err=True)
