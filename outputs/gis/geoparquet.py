"""GeoParquet 1.1 of the features of an extract, or of the answer that it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from geodata.files import replacing
from geodata.place import STORAGE_CRS
from outputs.extract import Extract
from outputs.gis.features import about, the_table, typed


def write_geoparquet(path: Path, extract: Extract, crs: str | None = None) -> None:
    """One GeoParquet 1.1 table of all features, where a column `theme` tells the layers apart, or of an answer.

    Coordinates are x (east) before y (north) in `crs` (EPSG:4326 if None). Features without
    a position, or far outside the area of `crs`, have a null geometry. The file metadata holds `about` as JSON,
    label to value.
    """
    crs = crs or STORAGE_CRS
    extract = extract.within(crs)
    table, features = the_table(extract)
    frame = typed(features, table).to_crs(crs)
    with replacing(path) as fresh:
        frame.to_parquet(fresh, index=False, schema_version="1.1.0")
        made = pq.read_table(fresh)
        said = json.dumps(about(extract, features, crs), ensure_ascii=False).encode()
        # The columns carry their types themselves; what pandas adds names the versions of this machine.
        metadata = {key: value for key, value in made.schema.metadata.items() if key != b"pandas"}
        pq.write_table(made.replace_schema_metadata({**metadata, b"about": said}), fresh, compression="zstd")
