"""The commands `serve` and `token`: answer the formulas and Power Query of other computers, and say who may ask."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leads_excel.cli.running.logged_commands import LoggedCommands
from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.terminal.rounds import end_with_the_terminal

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from leads_excel.serving.people.callers import Proxy
    from leads_excel.serving.people.tokens import Token

token = LoggedCommands(group="token", help="Say who may ask the server that serve starts.", no_args_is_help=True)


def serve(
    host: Annotated[str, typer.Option(help="Address of this computer to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port; 0 takes a free one.")] = 8433,
    address: Annotated[
        str | None, typer.Option(metavar="URL", help="How browsers call it, if otherwise: https://leads.example.com.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="PEM file with the certificate, for HTTPS.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM file with its key.")] = None,
    user_header: Annotated[
        str | None, typer.Option(metavar="NAME", help="Header in which a reverse proxy names who signed in to it.")
    ] = None,
    proxy: Annotated[
        str, typer.Option(metavar="IP[,IP]", help="From where that header is believed.")
    ] = "127.0.0.1,::1",
    reveal_to: Annotated[
        str, typer.Option(metavar="USER[,USER]", help="Users of that header who may see personal data.")
    ] = "",
    per_minute: Annotated[int, typer.Option(min=1, metavar="N", help="Formulas a minute for each user.")] = 6_000,
) -> None:
    """Answer formulas in browsers and on Macs, and tables for Power Query, until Ctrl-C."""
    _refuse_without_extra()
    from dataclasses import replace

    from leads_excel.serving.app import Service
    from leads_excel.serving.people.audit import Audit
    from leads_excel.serving.people.callers import Door
    from leads_excel.serving.people.tokens import Tokens
    from leads_excel.serving.server import Place, bound, checked_address, prepared
    from leads_excel.settings.model import Settings

    end_with_the_terminal()
    settings = Settings()
    behind = _proxy(user_header, proxy, reveal_to)
    place = Place(host, port, certificate, key)
    known_as = checked_address(address) if address else None
    listening = bound(place)
    with listening:
        place = replace(place, port=listening.getsockname()[1])
        door = Door(Tokens(), behind)
        hosts = {f"{name}:{place.port}" for name in ("localhost", "127.0.0.1", "[::1]")}
        service = Service(door, Audit(settings.zone), known_as or place.address, hosts, per_minute)
        server = prepared(service.app(), place)
        typer.echo(known_as or place.address)
        typer.echo("Ctrl-C stops. 'leads-excel token add NAME' lets somebody ask.", err=True)
        server.run(sockets=[listening])


def _refuse_without_extra() -> None:
    if not (find_spec("starlette") and find_spec("uvicorn") and find_spec("prometheus_client")):
        raise SettingsError('A server needs the extra server: pip install "leads-excel[server]".')


def _proxy(header: str | None, addresses: str, revealing: str) -> Proxy | None:
    from leads_excel.serving.people.callers import Proxy

    if header is None:
        if revealing:
            raise ArgumentError("--reveal-to names users of a reverse proxy: give --user-header, or make tokens.")
        return None
    return Proxy(header.strip().lower(), _parted(addresses), _parted(revealing))


def _parted(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


@token.command()
def add(
    name: Annotated[str, typer.Argument(help="Whose it is, or what for.")],
    reveal: Annotated[bool, typer.Option("--reveal", help="Show personal data where it is asked for.")] = False,
    days: Annotated[int | None, typer.Option(min=1, metavar="N", help="How long it holds; else until revoked.")] = None,
) -> None:
    """Make a token and show it, once."""
    from leads_excel.serving.people.tokens import Tokens

    typer.echo(Tokens().add(name, reveals=reveal, days=days))
    typer.echo("Keep it now: it is shown this once.", err=True)


@token.command(name="list")
def list_() -> None:
    """List the tokens, never their secrets."""
    from leads_excel.serving.people.tokens import Tokens
    from leads_excel.settings.model import Settings

    zone = Settings().zone
    for kept in Tokens().all():
        typer.echo(_line(kept, zone))


def _line(kept: Token, zone: ZoneInfo) -> str:
    until = f"until {kept.until.astimezone(zone):%Y-%m-%d}" if kept.until else "until revoked"
    shows = "shows personal data" if kept.reveals else "masked"
    return f"{kept.name:<24} {shows:<20} made {kept.made.astimezone(zone):%Y-%m-%d}, {until}"


@token.command()
def revoke(name: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """End a token: from the next request on it is refused."""
    from leads_excel.serving.people.tokens import Tokens

    Tokens().revoke(name)
    typer.echo(f"The token {name} is no longer known.")
