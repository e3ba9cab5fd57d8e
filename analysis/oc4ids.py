"""Projects in the Open Contracting for Infrastructure Data Standard (OC4IDS 0.9.5).

A project is a feature with a stage of its own or with a measure that acts on it; context
themes are none, nor is what has a stage only by a stretch (zones, plans, services). What the register does
not know is left out: no budget, no contracts, no periods (a stage is often known only as
"no later than"), no gazetteer.

- `id` is a prefix and the code of the feature; `identifiers` holds the stable uid.
- `status` is the stage; an unknown one is left out.
- `parties` are the agencies of its measures, with the roles that the articles give them
  (the codelist of roles is open). `publicAuthority` is the lead agency if there is exactly
  one: with several, or with lists that name no lead, the text does not say who.
- `documents` are the policy documents of its measures and the sources of its events.
- `milestones` are its measures that have a due date; no evidence gives no status.
"""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from analysis.content import uid
from analysis.geofiles import all_features
from analysis.sheets import licences
from analysis.words import words
from geodata.codes import Basis, Location, Relation, Role, Stage
from geodata.outputs import Content, replacing
from geodata.positions import STORAGE_CRS

Json = dict[str, Any]
AUTHORITY = "publicAuthority"


@cache
def rules() -> Json:
    """How themes and outcomes map to codes of the standard, from `oc4ids.toml`."""
    return tomllib.loads(Path(__file__).with_name("oc4ids.toml").read_text(encoding="utf-8"))


def write_oc4ids(path: Path, content: Content, crs: str | None = None) -> None:
    """A project package as JSON; geometries are GeoJSON in WGS 84, lon/lat.

    `about` is a member beside those of the standard. Raises ValueError for a `crs` other
    than EPSG:4326, and when no project is left: a package must hold one.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"OC4IDS is always {STORAGE_CRS}, not {crs}")
    text = json.dumps(package(content), ensure_ascii=False, indent=1) + "\n"
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def package(content: Content) -> Json:
    """The project package as plain values; ValueError when the content holds no project."""
    found = projects(content)
    if not found:
        raise ValueError("no project is left: OC4IDS asks for one at least; widen the filter")
    return {
        "uri": f"urn:uuid:{uid(content.lang, *content.about.values())}",
        "version": rules()["version"],
        "publishedDate": f"{content.as_of}T00:00:00+08:00",
        "publisher": {"name": rules()["publisher"]},
        "license": licences()[0]["path"],
        "about": dict(content.about),
        "projects": found,
    }


def projects(content: Content) -> list[Json]:
    """Every project of the content, in the order of its features."""
    context = content.codes["theme"]["context"]
    acting = _acting(content)
    events = {feature: set(rows["source"]) for feature, rows in content.tables["events"].groupby("feature")}
    sources, codes = _sources(content), _agency_codes(content)
    found = []
    for row in all_features(content).itertuples():
        idle = row.stage == Stage.UNKNOWN
        if context[row.theme] or row.stage_stretch or (idle and (not row.outcome or row.location == Location.OUTSIDE)):
            continue
        project: Json = {
            "id": f"{rules()['prefix']}-{row.code}",
            "identifiers": [{"scheme": rules()["prefix"], "id": row.uid}],
            "title": _name(content, row, "name"),
            "description": row.note,
            "status": "" if idle else row.stage,
            "sector": rules()["sector"].get(row.theme, []),
            "locations": _locations(content, row),
            **_parties(content, row, codes),
            "documents": _documents(acting[row.code], events.get(row.code, set()), sources),
            "milestones": _milestones(content, acting[row.code]),
        }
        found.append(_filled(project))
    return found


def _filled(item: Json) -> Json:
    """Without empty texts, lists and objects, which the standard does not allow."""
    return {key: value for key, value in item.items() if value not in ("", None, [], {})}


def _name(content: Content, row: Any, field: str) -> str:
    return str(getattr(row, f"{field}_{content.lang}") or getattr(row, f"{field}_zh"))


def _acting(content: Content) -> dict[str, list[Any]]:
    """The listed measures that act on each feature."""
    measures = {row.code: row for row in content.tables["measures"].itertuples()}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in content.tables["links"].sort_values("measure").itertuples():
        if row.relation == Relation.TARGET:
            found[row.feature].append(measures[row.measure])
    return found


def _locations(content: Content, row: Any) -> list[Json]:
    if row.geometry is None:
        return []
    said = content.titles("position-basis")[row.position_basis]
    if row.position_basis == Basis.SCHEMATIC:
        said += f" (±{row.accuracy_m:g} m)"
    return [{"id": row.code, "description": said, "geometry": shapely.geometry.mapping(row.geometry)}]


def _agency_codes(content: Content) -> dict[str, str]:
    """Codes of the listed agencies by the names that features use."""
    names = {_name(content, row, "name"): row.code for row in content.tables["agencies"].itertuples()}
    return names | {row.written_as: row.agency for row in content.tables["assignments"].itertuples()}


def _parties(content: Content, row: Any, codes: dict[str, str]) -> Json:
    roles: dict[str, list[str]] = defaultdict(list)
    for role in Role:
        for name in _items(content, getattr(row, str(role))):
            roles[name].append(str(role))
    leads = _items(content, getattr(row, str(Role.LEAD)))
    parties: dict[str, Json] = {}
    for name, own in roles.items():
        party = parties.setdefault(codes.get(name, name), {"id": codes.get(name, name), "name": name, "roles": []})
        party["roles"] += [role for role in own if role not in party["roles"]]
    if len(leads) != 1:
        return {"parties": list(parties.values())}
    authority = parties[codes.get(leads[0], leads[0])]
    authority["roles"].insert(0, AUTHORITY)
    reference = {"id": authority["id"], "name": authority["name"]}
    return {"publicAuthority": reference, "parties": list(parties.values())}


def _items(content: Content, cell: str) -> list[str]:
    return cell.split(words("separator", content.lang)) if cell else []


def _sources(content: Content) -> dict[str, Json]:
    """Sources by code as documents of the standard."""
    return {
        row.code: _filled(
            {
                "id": row.code,
                "title": row.title,
                "url": row.url,
                "author": row.publisher,
                "datePublished": _day(row.date_published),
            }
        )
        for row in content.tables["sources"].itertuples()
    }


def _documents(measures: list[Any], events: set[str], sources: dict[str, Json]) -> list[Json]:
    """The policy documents, with the address of the source that bears their number, then the sources of events."""
    found: dict[str, Json] = {}
    for name in dict.fromkeys(row.document for row in measures):
        number = name.rpartition("(")[2].rstrip(")") if name.endswith(")") else name
        source = next((item for item in sources.values() if number in item["title"]), {"id": name})
        found[source["id"]] = {**source, "title": name}
    return list(found.values()) + [sources[code] for code in sorted(events - set(found)) if code in sources]


def _day(text: str) -> str:
    """A full day as the start of that day in China; a partial one gives nothing."""
    try:
        return f"{date.fromisoformat(text)}T00:00:00+08:00"
    except ValueError:
        return ""


def _milestones(content: Content, measures: list[Any]) -> list[Json]:
    return [
        _filled(
            {
                "id": row.code,
                "title": _name(content, row, "title"),
                "description": row.reason,
                "dueDate": f"{row.due_date}T23:59:59+08:00",
                "status": rules()["milestone"].get(row.outcome, ""),
            }
        )
        for row in measures
        if row.due_date
    ]
