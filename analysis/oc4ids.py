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

The filter decides which projects are listed. What a project says, its parties, documents
and milestones too, is that of the whole register.
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
    said = content.said({"features": len(found)}, STORAGE_CRS)
    return {
        "uri": f"urn:uuid:{uid(content.lang, *said.values())}",
        "version": rules()["version"],
        "publishedDate": f"{content.as_of}T00:00:00+08:00",
        "publisher": {"name": rules()["publisher"]},
        "license": licences()[0]["path"],
        "about": said,
        "projects": found,
    }


def projects(content: Content) -> list[Json]:
    """Every project of the content, in the order of its features."""
    context = content.codes["theme"]["context"]
    acting, assigned, sources = _acting(content), _assigned(content), _sources(content)
    events = {feature: set(rows["source"]) for feature, rows in content.whole["events"].groupby("feature")}
    found = []
    for row in all_features(content).itertuples():
        idle = row.stage == Stage.UNKNOWN
        if context[row.theme] or row.stage_stretch or (idle and (not row.outcome or row.location == Location.OUTSIDE)):
            continue
        measures = acting[row.code]
        project: Json = {
            "id": f"{rules()['prefix']}-{row.code}",
            "identifiers": [{"scheme": rules()["prefix"], "id": row.uid}],
            "title": _name(content, row, "name"),
            "description": row.note,
            "status": "" if idle else row.stage,
            "sector": rules()["sector"].get(row.theme, []),
            "locations": _locations(content, row),
            **_parties(measures, assigned),
            "documents": _documents(content, measures, events.get(row.code, set()), sources),
            "milestones": _milestones(content, measures),
        }
        found.append(_filled(project))
    return found


def _filled(item: Json) -> Json:
    """Without empty texts, lists and objects, which the standard does not allow."""
    return {key: value for key, value in item.items() if value not in ("", None, [], {})}


def _name(content: Content, row: Any, field: str) -> str:
    return str(getattr(row, f"{field}_{content.lang}") or getattr(row, f"{field}_zh"))


def _acting(content: Content) -> dict[str, list[Any]]:
    """The measures that act on each feature, listed or not."""
    measures = {row.code: row for row in content.whole["measures"].itertuples()}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in content.whole["links"].sort_values("measure").itertuples():
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


def _assigned(content: Content) -> dict[str, list[tuple[str, str, str]]]:
    """Role, code and name of the agencies of each article, in the order of the text."""
    names = {row.code: _name(content, row, "name") for row in content.whole["agencies"].itertuples()}
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in content.whole["assignments"].sort_values("position", kind="stable").itertuples():
        found[row.article].append((row.role, row.agency, names[row.agency]))
    return found


def _parties(measures: list[Any], assigned: dict[str, list[tuple[str, str, str]]]) -> Json:
    assignments = [item for article in dict.fromkeys(row.article for row in measures) for item in assigned[article]]
    parties: dict[str, Json] = {}
    for role, code, name in sorted(assignments, key=lambda item: list(Role).index(Role(item[0]))):
        roles = parties.setdefault(code, {"id": code, "name": name, "roles": []})["roles"]
        if role not in roles:
            roles.append(role)
    leads = [party for party in parties.values() if Role.LEAD in party["roles"]]
    if len(leads) != 1:
        return {"parties": list(parties.values())}
    leads[0]["roles"].insert(0, AUTHORITY)
    return {AUTHORITY: {key: leads[0][key] for key in ("id", "name")}, "parties": list(parties.values())}


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
        for row in content.whole["sources"].itertuples()
    }


def _documents(content: Content, measures: list[Any], events: set[str], sources: dict[str, Json]) -> list[Json]:
    """The policy documents, each with the particulars of its source, then the sources of events."""
    found: dict[str, Json] = {}
    for name in dict.fromkeys(row.document for row in measures):
        source = sources.get(content.documents[name], {"id": name})
        # One publication may hold two documents.
        code = name if source["id"] in found else source["id"]
        found[code] = {**source, "id": code, "title": name}
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
