"""Where settings stand outside the program: variables of the environment and the settings file."""

from __future__ import annotations

import os
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import platformdirs

from leads_excel.exceptions import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

PREFIX = "LEADS_EXCEL_"

Origin = Literal["argument", "environment", "file", "keychain", "default"]


def config_file() -> Path:
    """Name the settings file, whether or not it exists.

    Returns:
        The path in `LEADS_EXCEL_CONFIG`, else `config.toml` in the user's configuration folder.
    """
    if named := os.environ.get(f"{PREFIX}CONFIG"):
        return Path(named).expanduser()
    return platformdirs.user_config_path("leads-excel", appauthor=False) / "config.toml"


def read_config() -> dict[str, Any]:
    """Read the settings file.

    Returns:
        Its keys and values, unchecked; empty where there is no such file.

    Raises:
        SettingsError: It cannot be read, is not TOML, or `LEADS_EXCEL_CONFIG` names a file that does not exist.
    """
    path = config_file()
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # Notepad may begin a file with a byte order mark
    except FileNotFoundError:
        if not os.environ.get(f"{PREFIX}CONFIG"):
            return {}
        reason = f"there is no such file: correct or unset {PREFIX}CONFIG"
    except tomllib.TOMLDecodeError:
        reason = "it is not TOML: write each line as name = 'value', in single quotes"
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text: save it with that encoding"
    except OSError as error:
        reason = f"it cannot be read ({error.strerror}): let your account read it"
    raise SettingsError(f"The settings file {path} cannot be used, {reason}.")


def refuse_unknown_variables(known: Collection[str]) -> None:
    """Make sure that every variable of ours is a setting.

    Args:
        known: The names of all settings.

    Raises:
        SettingsError: One is not: which, and the nearest that is.
    """
    names = {*known, "config"}
    for variable in os.environ:
        prefix, name = variable[: len(PREFIX)].upper(), variable[len(PREFIX) :].lower()
        if prefix == PREFIX and name not in names:
            raise SettingsError(
                f"The variable {variable} is not a setting; the nearest is {PREFIX}{nearest(name, names).upper()}: "
                "correct or unset it."
            )


def origin(name: str, arguments: Collection[str]) -> Origin:
    """Tell which of the places that may hold a setting is the one that counts.

    Args:
        name: The setting.
        arguments: The settings that were given as arguments.

    Returns:
        `argument`, `environment`, `file` or `default`.
    """
    if name in arguments:
        return "argument"
    if any(variable.upper() == PREFIX + name.upper() and value for variable, value in os.environ.items()):
        return "environment"
    return "file" if name in {key.lower() for key in read_config()} else "default"


def place(name: str, arguments: Collection[str]) -> str:
    """Say where a setting stands, as the beginning of a sentence.

    Args:
        name: The setting.
        arguments: The settings that were given as arguments.

    Returns:
        `The variable LEADS_EXCEL_TIMEOUT`, `'timeout' in PATH` or `The setting 'timeout'`.
    """
    where = origin(name, arguments)
    if where == "environment":
        return f"The variable {PREFIX}{name.upper()}"
    return f"{name!r} in {config_file()}" if where == "file" else f"The setting {name!r}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Find what someone may have meant.

    Args:
        name: What was typed.
        known: What could have been meant.

    Returns:
        The known name most like it; empty where nothing is known.
    """
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0)), "")
