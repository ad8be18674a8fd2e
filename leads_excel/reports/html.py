"""The page as HTML that needs nothing else: no script, no font, no picture from elsewhere, and none is let in."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from leads_excel.captions.languages import is_from_right, told
from leads_excel.schema.legible import legible

if TYPE_CHECKING:
    from leads_excel.reports.listings import Listing
    from leads_excel.reports.page import Card, Page, Picture

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # whoever tampers with the file loads nothing either


def html(page: Page) -> str:
    """Write a report as HTML.

    Args:
        page: What stands on it.

    Returns:
        One HTML page, made for a screen and for one sheet of A4.
    """
    style = files("leads_excel.reports").joinpath("report.css").read_text(encoding="utf-8")
    title, heading, as_of, demo = (
        escape(told(text, page.language, range=page.range, moment=page.fetched))
        for text in ("Leads, {range}", "Leads report", "As of {moment}", "Demo data: not live")
    )
    badge = f'<p class="badge">{demo}</p>' if page.demo else ""
    direction = "rtl" if is_from_right(page.language) else "ltr"
    body = [
        f"<header><div><h1>{heading}</h1><p>{escape(page.range)}</p></div>{badge}</header>",
        f'<p class="coverage {"good" if page.complete else "check"}">{escape(page.coverage)}</p>',
        f'<section class="cards">{"".join(map(_card, page.cards))}</section>',
        *(f'<section class="{place}">{_placed(page, place)}</section>' for place in ("top", "left", "right", "bottom")),
        f'<p class="remark">{escape(page.remark)}</p>' if page.remark else "",
        f"<footer><p>{escape(page.compared)}.</p><p>{as_of}</p></footer>",
    ]
    return legible(
        f'<!DOCTYPE html>\n<html lang="{page.language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _card(card: Card) -> str:
    return (
        f'<article title="{escape(card.about)}"><h2>{escape(card.label)}</h2><p class="value">{escape(card.value)}</p>'
        f'<p>{escape(card.caption)}</p><p class="change {card.mood}">{escape(card.change)}</p></article>'
    )


def _placed(page: Page, place: str) -> str:
    drawn = [_picture(picture) for picture in page.pictures if picture.place == place]
    listed = [_listing(listing) for listing in page.listings if listing.place == place]
    return "".join(drawn + listed)


def _picture(picture: Picture) -> str:
    heading = escape(picture.heading)
    drawn = picture.svg.replace("<svg ", f'<svg role="img" aria-label="{heading}" ', 1)
    return f"<figure><h2>{heading}</h2>{drawn}</figure>"


def _listing(listing: Listing) -> str:
    header = "".join(f"<th>{escape(name)}</th>" for name in listing.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}"
        f'<td class="bar"><i style="width:{length:.1%}"></i></td></tr>'
        for row, length in zip(listing.rows, listing.lengths, strict=True)
    )
    table = f'<table><thead><tr>{header}<th class="bar"></th></tr></thead><tbody>{rows}</tbody></table>'
    return f"<figure><h2>{escape(listing.heading)}</h2>{table}</figure>"
