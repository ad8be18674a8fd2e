"""Checks of this installation, one line each, from versions and settings to an answer of the API."""

from __future__ import annotations

import platform
import time
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from leads_excel.doctor.excel import excel_findings
from leads_excel.doctor.finding import Finding
from leads_excel.exceptions import ApiError, LeadsError, SettingsError
from leads_excel.settings import keychain
from leads_excel.settings.model import Settings
from leads_excel.settings.sources import config_file
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECRETS = ("token", "password", "api_key", "notify", "mail_password")
_PACKAGES = ("leads-excel", "pandas", "pyarrow", "httpx", "xlwings", "openpyxl", "XlsxWriter")


def examine() -> Iterator[Finding]:
    """Look at everything a fetch depends on and yield what was found, the most basic first.

    A check that fails is a finding, never an exception, so that the report is always whole. The last check makes one
    small request: the bulks of the last minute.
    """
    yield from _versions()
    try:
        settings = Settings()
    except SettingsError as error:
        yield Finding("settings", str(error), well=False)
        return
    for check in (_settings, _clock, _keychain, _excel, _store, _network, _api):
        yield from _guarded(check, settings)


def _guarded(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except LeadsError as error:
        yield Finding(check.__name__.strip("_"), str(error), well=False)


def _versions() -> Iterator[Finding]:
    yield Finding("python", f"{platform.python_version()} on {platform.system()} {platform.release()}")
    for name in _PACKAGES:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, "not installed: install leads-excel again", well=False)


def _settings(settings: Settings) -> Iterator[Finding]:
    path = config_file()
    yield Finding("settings file", f"{path} ({'read' if path.exists() else 'none, and none is needed'})")
    origins = settings.origins()
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if name in _SECRETS:
            value = "set" if value is not None else None
        if name == "store" and value:
            value = "set" if "://" in value else value  # an address may hold a password
        yield Finding(name, f"{'-' if value is None else value}  ({origins[name]})")


def _clock(settings: Settings) -> Iterator[Finding]:
    now = datetime.now(UTC)
    local = now.astimezone(settings.zone)
    yield Finding("clock", f"{now:%Y-%m-%d %H:%M} UTC, {local:%Y-%m-%d %H:%M} in {settings.timezone}")


def _keychain(settings: Settings) -> Iterator[Finding]:
    if settings.environment == "demo":
        yield Finding("keychain", "not asked: the demo needs no sign-in")
        return
    kept = "holds a sign-in" if keychain.read(settings.environment) else "holds no sign-in"
    yield Finding("keychain", f"{kept} for {settings.environment}; requests sign in by: {settings.sign_in}")


def _excel(settings: Settings) -> Iterator[Finding]:
    yield from excel_findings(settings.store if "://" not in (settings.store or "") else None)


def _store(settings: Settings) -> Iterator[Finding]:
    from leads_excel.store.database.connection import Database  # noqa: PLC0415 - after the settings are known to be sound
    from leads_excel.store.database.troubles import TROUBLES, reason  # noqa: PLC0415 - likewise

    if settings.store is None or settings.simulated:
        return
    database = Database(settings.store, replaces=False)
    try:
        database.write(lambda _connection: None)
        yield Finding("the store", f"{database.name} can be read and written")
    except TROUBLES as error:
        text = f"{database.name} is left out: {reason(error)}. Put it elsewhere with LEADS_EXCEL_STORE"
        yield Finding("the store", text, well=False)
    finally:
        database.close()


def _network(settings: Settings) -> Iterator[Finding]:
    from leads_excel.doctor.network import network_findings  # noqa: PLC0415 - after the settings are known to be sound

    yield from network_findings(settings)


def _api(settings: Settings) -> Iterator[Finding]:
    from leads_excel.client.leads_client import LeadsClient  # noqa: PLC0415 - after the settings are known to be sound

    end = datetime.now(UTC).replace(microsecond=0)
    started = time.perf_counter()
    try:
        with LeadsClient(settings.replace(attempts=1)) as client:
            client.bulks_in(Window(end - timedelta(minutes=1), end))
    except ApiError as error:
        yield Finding("API", str(error), well=False)
        return
    yield Finding("API", f"{settings.url} answered in {(time.perf_counter() - started) * 1000:.0f} ms")
