"""Rules for the package: zip entries, content types, relations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from package_rules.package import RELATION, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from package_rules.package import Package, Part

_ENDINGS = {
    "officeDocument": ".main+xml",
    "worksheet": ".worksheet+xml",
    "chartsheet": ".chartsheet+xml",
    "sharedStrings": ".sharedstrings+xml",
    "styles": ".styles+xml",
    "theme": ".theme+xml",
    "table": ".table+xml",
    "comments": ".comments+xml",
    "drawing": ".drawing+xml",
    "chart": ".chart+xml",
    "vmlDrawing": ".vmldrawing",
    "calcChain": ".calcchain+xml",
    "pivotTable": ".pivottable+xml",
    "pivotCacheDefinition": ".pivotcachedefinition+xml",
    "pivotCacheRecords": ".pivotcacherecords+xml",
    "vbaProject": ".vbaproject",
}
"""How the content type of a part ends, in lower case, by the kind of relation that points at it."""


def repeated(keys: Iterable[str]) -> list[str]:
    """List what comes more than once."""
    return [key for key, count in Counter(keys).items() if count > 1]


def zip_names_unique(package: Package) -> Iterator[str]:
    """No two parts have the same name, ignoring case (ECMA-376 part 2 §6.2.2.3)."""
    for name in repeated(name.lower() for name in package.names):
        yield f"{name} is in the archive more than once"


def content_types_unique(package: Package) -> Iterator[str]:
    """An extension or a part has one content type (ECMA-376 part 2 §7.2.3.2, M2.5)."""
    for key in repeated(f"{kind} {key}" for kind, key, _ in package.types):
        yield f"{key} has more than one content type"


def parts_have_content_types(package: Package) -> Iterator[str]:
    """Every part has a content type (ECMA-376 part 2 §7.2.3.1, M2.4)."""
    for part in package.parts.values():
        if part.part != TYPES and not part.type:
            yield f"{part.part} has no content type"


def relations_fit_content_types(package: Package) -> Iterator[str]:
    """A part that is pointed at as a sheet, a table... has the content type of one (ECMA-376 part 1 §12.3, §14.2)."""
    for source in ["", *(part.part for part in package.parts.values())]:
        for kind, ending in _ENDINGS.items():
            for part in package.related(source, kind):
                if part.type and not part.type.lower().endswith(ending):
                    yield f"{part.part} is a {kind} and has the type {part.type}"


def workbook_is_there(package: Package) -> Iterator[str]:
    """The package points at a workbook (ECMA-376 part 1 §12.3.23)."""
    if not package.related("", "officeDocument"):
        yield "no part is the workbook"


def root_relations_resolve(package: Package) -> Iterator[str]:
    """Every relation of the package itself has its part (ECMA-376 part 2 §6.5.3)."""
    yield from _dangling(package, "")


def relations_resolve(part: Part) -> Iterator[str]:
    """Every relation of a part has its part, unless it points outside (ECMA-376 part 2 §6.5.3)."""
    yield from _dangling(part.package, part.part)


def _dangling(package: Package, name: str) -> Iterator[str]:
    for relation in package.relations(name):
        if not relation.external and package.find(relation.target) is None:
            yield f"relation {relation.id} points at {relation.target}, which is missing"


def relation_ids_unique(part: Part) -> Iterator[str]:
    """Relation ids differ within a part (ECMA-376 part 2 §6.5.3.4)."""
    for identifier in repeated(relation.id for relation in part.package.relations(part.part)):
        yield f"relation id {identifier} is used more than once"


def relation_ids_exist(part: Part) -> Iterator[str]:
    """Every `r:` attribute names a relation of its part (ECMA-376 part 1 §22.8.2.1)."""
    if part.root is None:
        return
    known = {relation.id for relation in part.package.relations(part.part)}
    for element in part.root.iter():
        for name, value in element.attrib.items():
            if name.startswith(RELATION) and value and value not in known:
                yield f"{element.tag.rpartition('}')[2]} uses relation {value}, which is missing"
