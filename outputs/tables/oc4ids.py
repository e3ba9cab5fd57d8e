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
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from geodata.codes import Basis, FeatureKind, Location, Relation, Role, Stage
from geodata.files import replacing
from geodata.place import STORAGE_CRS
from outputs.errors import NothingToWrite
from outputs.extract import Extract
from outputs.listed import uid
from outputs.wording import all_features, spoken

Json = dict[str, Any]
AUTHORITY = "publicAuthority"


@cache
def rules() -> Json:
    """How themes and outcomes map to codes of the standard, from `oc4ids.toml`."""
    return tomllib.loads(Path(__file__).with_name("oc4ids.toml").read_text(encoding="utf-8"))


def write_oc4ids(path: Path, extract: Extract, crs: str | None = None) -> None:
    """A project package as JSON; geometries are GeoJSON in WGS 84, lon/lat.

    `about` is a member beside those of the standard. Raises ValueError for a `crs` other
    than EPSG:4326, and NothingToWrite when no project is left: a package must hold one.
    """
    if crs not in (None, STORAGE_CRS):
        raise ValueError(f"OC4IDS is always {STORAGE_CRS}, not {crs}")
    text = json.dumps(package(extract), ensure_ascii=False, indent=1) + "\n"
    with replacing(path) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def package(extract: Extract) -> Json:
    """The project package as plain values; NothingToWrite when the extract holds no project."""
    found = projects(extract)
    if not found:
        raise NothingToWrite
    said = extract.said({"features": len(found)}, STORAGE_CRS)
    return {
        "uri": f"urn:uuid:{uid(extract.lang, *said.values())}",
        "version": rules()["version"],
        "publishedDate": _moment(extract, extract.as_of, time.min),
        "publisher": {"name": rules()["publisher"]},
        "license": next((licence.path for licence in extract.licences), ""),
        "about": said,
        "projects": found,
    }


def projects(extract: Extract) -> list[Json]:
    """Every project of the extract, in the order of its features."""
    context = extract.codes["theme"]["context"]
    acting, assigned, sources = _acting(extract), _assigned(extract), _sources(extract)
    events = {feature: set(rows["source"]) for feature, rows in extract.whole["events"].groupby("feature")}
    found = []
    for row in all_features(extract).itertuples():
        idle = row.stage == Stage.UNKNOWN
        if row.kind == FeatureKind.PLACE:
            continue
        if context[row.theme] or row.stage_stretch or (idle and (not row.outcome or row.location == Location.OUTSIDE)):
            continue
        measures = acting[row.code]
        project: Json = {
            "id": f"{rules()['prefix']}-{row.code}",
            "identifiers": [{"scheme": rules()["prefix"], "id": row.uid}],
            "title": _name(extract, row, "name"),
            "description": row.note,
            "status": "" if idle else row.stage,
            "sector": rules()["sector"].get(row.theme, []),
            "locations": _locations(extract, row),
            **_parties(measures, assigned),
            "documents": _documents(extract, measures, events.get(row.code, set()), sources),
            "milestones": _milestones(extract, measures),
        }
        found.append(_filled(project))
    return found


def _filled(item: Json) -> Json:
    """Without empty texts, lists and objects, which the standard does not allow."""
    return {key: value for key, value in item.items() if value not in ("", None, [], {})}


def _name(extract: Extract, row: Any, field: str) -> str:
    return str(getattr(row, f"{field}_{extract.lang}") or getattr(row, f"{field}_zh"))


def _acting(extract: Extract) -> dict[str, list[Any]]:
    """The measures that act on each feature, listed or not."""
    measures = {row.code: row for row in spoken(extract, extract.whole["measures"], "measures").itertuples()}
    found: dict[str, list[Any]] = defaultdict(list)
    for row in extract.whole["links"].sort_values("measure").itertuples():
        if row.relation == Relation.TARGET:
            found[row.feature].append(measures[row.measure])
    return found


def _locations(extract: Extract, row: Any) -> list[Json]:
    if row.geometry is None:
        return []
    said = extract.titles("position-basis")[row.position_basis]
    if row.position_basis == Basis.SCHEMATIC:
        said += f" (±{row.accuracy_m:g} m)"
    return [{"id": row.code, "description": said, "geometry": shapely.geometry.mapping(row.geometry)}]


def _assigned(extract: Extract) -> dict[str, list[tuple[str, str, str]]]:
    """Role, code and name of the agencies of each article, in the order of the text."""
    names = {row.code: _name(extract, row, "name") for row in extract.whole["agencies"].itertuples()}
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in extract.whole["assignments"].sort_values("position", kind="stable").itertuples():
        found[row.article_code].append((row.role, row.agency, names[row.agency]))
    return found


def _parties(measures: list[Any], assigned: dict[str, list[tuple[str, str, str]]]) -> Json:
    assignments = [
        item for article in dict.fromkeys(row.article_code for row in measures) for item in assigned[article]
    ]
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


def _sources(extract: Extract) -> dict[str, Json]:
    """Sources by code as documents of the standard."""
    return {
        row.code: _filled(
            {
                "id": row.code,
                "title": row.title,
                "url": row.url,
                "author": row.publisher,
                "datePublished": _day(extract, row.date_published),
            }
        )
        for row in spoken(extract, extract.whole["sources"], "sources").itertuples()
    }


def _documents(extract: Extract, measures: list[Any], events: set[str], sources: dict[str, Json]) -> list[Json]:
    """The policy documents, each with the particulars of its source, then the sources of events."""
    found: dict[str, Json] = {}
    publications = dict(zip(extract.whole["documents"]["code"], extract.whole["documents"]["source"], strict=True))
    titles = {row.document_code: row.document for row in measures}
    for document, title in titles.items():
        source = sources.get(publications[document], {"id": document})
        # One publication may hold two documents.
        code = document if source["id"] in found else source["id"]
        found[code] = {**source, "id": code, "title": title}
    return list(found.values()) + [sources[code] for code in sorted(events - set(found)) if code in sources]


def _moment(extract: Extract, day: date, at: time) -> str:
    """A time of day where the city is."""
    return datetime.combine(day, at, ZoneInfo(extract.place.time_zone)).isoformat()


def _day(extract: Extract, text: str) -> str:
    """A full day as its start where the city is; a partial one gives nothing."""
    try:
        return _moment(extract, date.fromisoformat(text), time.min)
    except ValueError:
        return ""


def _milestones(extract: Extract, measures: list[Any]) -> list[Json]:
    return [
        _filled(
            {
                "id": row.code,
                "title": _name(extract, row, "title"),
                "description": row.reason,
                "dueDate": _moment(extract, row.due_date, time(23, 59, 59)),
                "status": rules()["milestone"].get(row.outcome, ""),
            }
        )
        for row in measures
        if row.due_date
    ]
