"""Settings: which API, how to sign in, which time zone, how patient; from variables, a file and the keychain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from leads_excel.captions.languages import Language  # noqa: TC001 - pydantic reads it
from leads_excel.exceptions import SettingsError
from leads_excel.settings import keychain
from leads_excel.settings.renewal import give_sign
from leads_excel.settings.secrecy import Discreet
from leads_excel.settings.sources import PREFIX, Origin, nearest, origin, place, read_config, refuse_unknown_variables
from leads_excel.settings.types import (
    REFUSED,
    Blank,
    LogFolder,
    Lower,
    MailServer,
    Password,
    Store,
    Url,
    UserName,
    Word,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from pydantic_core import ErrorDetails

BASE_URLS = {
    "demo": "https://demo.invalid/gs",  # never looked up: the sandbox answers in process
    "test": "https://dms-gs-test.jtc.aljabr.com.sa/gs",
    "prod": "https://dms-gs.jtc.aljabr.com.sa/gs",
}
"""The address of each environment (API page, Base URL)."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
SignIn = Literal["none", "bearer", "basic", "header"]

_SIGN_INS: dict[SignIn, tuple[str, ...]] = {
    "bearer": ("token",),
    "basic": ("password", "username"),
    "header": ("api_key",),
}


class Settings(Discreet):
    """Everything that can be set: checked, frozen, and without secrets in whatever is written of it.

    Each setting comes from the first of these that has it: the argument, the variable `LEADS_EXCEL_` + its name in
    capitals, the settings file (see `config_file`), the default. A blank variable counts as unset. A name nobody knows
    is refused wherever it stands, in a variable too, even if a later version may know it: a mistyped
    `LEADS_EXCEL_ENVIROMENT=prod` would otherwise show demo numbers as if they were real. Where no sign-in is set, the
    keychain is asked for one, each time `signed_in` or `sign_in` is read and never before.

    Args:
        **values: Settings by name; `model_fields` lists and describes them.

    Raises:
        SettingsError: A setting is unknown, cannot be used, or contradicts another one: which, where it stands, and
            what to put. The message never holds a value that could be secret.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    environment: Annotated[Literal["demo", "test", "prod"], Lower] = Field(
        "demo", description="which API answers: demo (a simulated one, in process), test or prod"
    )
    base_url: Annotated[Url | None, Blank] = Field(
        None, description="the address of the API, in place of the environment's: https://, the server's name and /gs"
    )
    token: Annotated[Word | None, Blank] = Field(
        None, description="the bearer token alone, without the word Bearer, blanks or line breaks"
    )
    username: Annotated[UserName | None, Blank] = Field(
        None, repr=False, description="the user name, for an API that asks for name and password"
    )
    password: Annotated[Password | None, Blank] = Field(None, description="the password that belongs to username")
    api_key: Annotated[Word | None, Blank] = Field(
        None, description="the key alone, for an API that wants one in a header"
    )
    api_key_header: str = Field(
        "X-API-Key", pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", description="the name of the header that carries api_key"
    )
    timezone: Zone = Field("Asia/Riyadh", description="the time zone of the business: whose days a date means")
    week_start: Annotated[Weekday, Lower] = Field(
        "sunday", description="the first day of a week, in English, such as sunday"
    )
    language: Annotated[Language, Lower] = Field(
        "en", description="the language of new workbooks and reports: en (English) or ar (Arabic, from right to left)"
    )
    concurrency: int = Field(
        4, ge=1, le=32, description="how many requests may be under way at once: a whole number from 1 to 32"
    )
    timeout: float = Field(
        30, gt=0, le=600, description="how many seconds the API may stay silent: a number above 0, up to 600"
    )
    deadline: float = Field(
        120,
        gt=0,
        le=3600,
        description="how many seconds a request may take with all its retries: a number above 0, up to 3600",
    )
    attempts: int = Field(
        5, ge=1, le=20, description="how often a request may be tried: a whole number from 1 (no retry) to 20"
    )
    backoff: float = Field(
        1,
        ge=0,
        le=60,
        description="how many seconds the first retry may wait, each further one twice as long: a number from 0 to 60",
    )
    max_reply_mib: int = Field(
        256, ge=1, le=4096, description="how large a reply may be, in MiB: a whole number from 1 to 4096"
    )
    store: Store | None = Field(
        default_factory=lambda: str(platformdirs.user_data_path("leads-excel", appauthor=False) / "leads.sqlite"),
        repr=False,  # the address of a database may hold a password
        description="where fetched windows are kept: the path of a file, the address of a database, or none",
    )
    ttl: float = Field(
        300, ge=0, le=31_536_000, description="how many seconds an answer counts as fresh: a number from 0 to 31536000"
    )
    settle_days: int = Field(
        2, ge=0, le=365, description="after how many days an answer is final: a whole number from 0 to 365"
    )
    recount_days: int = Field(
        3,
        ge=1,
        le=365,
        description="on how many days a window is asked for whose bulks lack leads they count: a number from 1 to 365",
    )

    horizon_days: int = Field(
        90, ge=1, le=3660, description="how many days back a lead is looked up by number: a whole number from 1 to 3660"
    )
    max_days: int = Field(
        731,
        ge=1,
        le=100_000,
        description="of how many days the API is asked before somebody is asked back: a whole number from 1 to 100000",
    )
    loading_after: float = Field(
        2,
        ge=0,
        le=3600,
        description="after how many seconds a formula says that it is loading, so that Excel goes on: a number from 0 "
        "to 3600",
    )

    notify: Annotated[Password | None, Blank] = Field(
        None, description="whom check tells what is wrong: https://... of a Teams or Slack webhook, or mailto:ADDRESS"
    )
    mail_server: Annotated[MailServer | None, Blank] = Field(
        None,
        repr=False,
        description="the server that sends mail of check, such as smtp://name@mail.example.com:587",
    )
    mail_password: Annotated[Password | None, Blank] = Field(
        None, description="the password of the name in mail_server"
    )
    mail_from: Annotated[str | None, Blank] = Field(
        None, repr=False, description="the address that mail of check comes from"
    )
    log: LogFolder | None = Field(
        default_factory=lambda: str(platformdirs.user_state_path("leads-excel", appauthor=False) / "log"),
        description="where commands, buttons and formulas log what they did: the path of a folder, or none",
    )
    log_format: Annotated[Literal["json", "text"], Lower] = Field(
        "json", description="how a line of the log is written: json (an object) or text (words)"
    )
    log_days: int = Field(
        30, ge=1, le=3660, description="how many days the log goes back: a whole number from 1 to 3660"
    )

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - the fields give each value its type
        refuse_unknown_variables(type(self).model_fields)
        first = None
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
        if first:  # raised outside the handler: pydantic's own error holds the values, secrets among them
            raise SettingsError(_explain(first, values))
        self._arguments = frozenset(values)
        self._refuse_mixed_sign_ins()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the business."""
        return ZoneInfo(self.timezone)

    @property
    def url(self) -> str:
        """The base URL in force, without a slash at its end."""
        return self.base_url or BASE_URLS[self.environment]

    @property
    def simulated(self) -> bool:
        """Whether the sandbox answers in process: the demo, unless it was given the address of an API."""
        return self.environment == "demo" and self.base_url is None

    @property
    def signed_in(self) -> Self:
        """These settings with the keychain's sign-in where none is set; asks the keychain each time, never for demo.

        Raises:
            SettingsError: A user name has no password anywhere, or the keychain's entry cannot be used.
        """
        if self.simulated:
            return self
        stored = self._stored_sign_in()
        if self.username and not (self.password or stored):
            raise SettingsError(
                f"{self._place('username')} has no password: set {PREFIX}PASSWORD or run 'leads-excel login'."
            )
        try:
            return self.replace(**stored) if stored else self
        except SettingsError:
            raise SettingsError(
                f"The keychain's sign-in for {self.environment} cannot be used: run 'leads-excel login' again."
            ) from None

    @property
    def sign_in(self) -> SignIn:
        """How requests sign in: `none`, `bearer` (token), `basic` (name and password) or `header` (API key).

        Raises:
            SettingsError: As for `signed_in`.
        """
        settings = self.signed_in
        return next((way for way, names in _SIGN_INS.items() if getattr(settings, names[0]) is not None), "none")

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - the fields give each value its type
        """Copy these settings with some of them changed.

        Args:
            **changes: Settings by name.

        Returns:
            New settings, checked like any; what is not changed stays, whatever variables and file say by now.

        Raises:
            SettingsError: As for the class.
        """
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        changed = type(self)(**kept | changes)
        changed._arguments = self._arguments | changes.keys()  # noqa: SLF001 - of its own class
        return changed

    def origins(self) -> dict[str, Origin]:
        """Tell where each setting comes from; asks the keychain, as `signed_in` does.

        Returns:
            `argument`, `environment`, `file`, `keychain` or `default`, by name of the setting.

        Raises:
            SettingsError: As for `signed_in`.
        """
        complete = self.signed_in
        return {
            name: origin(name, self._arguments) if getattr(self, name) == getattr(complete, name) else "keychain"
            for name in type(self).model_fields
        }

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a fixed signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - a fixed signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put arguments before variables and variables before the settings file; called by pydantic-settings."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_config())

    def _stored_sign_in(self) -> dict[str, str]:
        if self.environment == "demo" or self.token or self.password or self.api_key:
            return {}
        stored = keychain.read(self.environment)
        # A password goes only with the name it was stored with.
        return stored if self.username in {None, stored.get("username")} else {}

    def _refuse_mixed_sign_ins(self) -> None:
        used = [name for names in _SIGN_INS.values() for name in names if getattr(self, name) is not None]
        ways = [next((name for name in names if name in used), None) for names in _SIGN_INS.values()]
        places = [self._place(name) for name in ways if name]
        if len(places) > 1:
            both = " and ".join(places).replace(" and The ", " and the ")
            raise SettingsError(f"{both} are both set: keep one way to sign in, unset the other.")
        if "password" in used and "username" not in used:
            raise SettingsError(f"{self._place('password')} is set without a user name: set {PREFIX}USERNAME too.")

    def _place(self, name: str) -> str:
        return place(name, self._arguments)


def in_language(settings: Settings, language: str | None) -> Settings:
    """Choose the language of what is made now.

    Args:
        settings: The settings in force.
        language: `en` or `ar`; None leaves it to the settings.

    Raises:
        SettingsError: There is no such language.
    """
    return settings if language is None else settings.replace(language=language)


def login(
    environment: str,
    *,
    token: str | None = None,
    username: str | None = None,
    password: str | None = None,
    api_key: str | None = None,
) -> None:
    """Keep a sign-in in the keychain, in place of an earlier one of that environment; whatever runs uses it at once.

    Args:
        environment: `test` or `prod`.
        token: A bearer token, or
        username: a user name with its
        password: password, or
        api_key: an API key. One of the three ways.

    Raises:
        SettingsError: No or several ways were given, one cannot be used, or the keychain did not keep it.
    """
    given = {"token": token, "username": username, "password": password, "api_key": api_key}
    settings = Settings(environment=environment, **given)
    if settings.environment == "demo":
        raise SettingsError("The demo needs no sign-in: name the environment test or prod.")
    if not (settings.token or settings.password or settings.api_key):
        raise SettingsError("There is nothing to sign in with: give a token, a user name and password, or an API key.")
    kept = ((name, getattr(settings, name)) for name in given)
    keychain.store(settings.environment, {name: _plain(value) for name, value in kept if value is not None})
    give_sign()


def logout(environment: str) -> bool:
    """Remove the sign-in of an environment from the keychain; whatever runs does without it at once.

    Args:
        environment: `test` or `prod`.

    Returns:
        Whether there was one.

    Raises:
        SettingsError: There is no such environment, or the keychain did not let go of it.
    """
    removed = keychain.forget(Settings(environment=environment).environment)
    give_sign()
    return removed


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _explain(error: ErrorDetails, arguments: Collection[str]) -> str:
    name = str(error["loc"][0])
    where = place(name, arguments)
    if error["type"] == "extra_forbidden":
        return (
            f"{where} is not a setting; the nearest is {nearest(name, Settings.model_fields)!r}: correct or remove it."
        )
    if error["type"] == REFUSED:
        return f"{where} cannot be used: {error['msg']}."
    return f"{where} cannot be used. It should say {Settings.model_fields[name].description}."
