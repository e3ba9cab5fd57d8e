"""FlatGeobuf of the features of an extract, or of the answer that it holds."""

from __future__ import annotations

import io
from pathlib import Path

import pyogrio

from geodata.files import replacing
from geodata.place import STORAGE_CRS
from outputs.extract import Extract
from outputs.gis.features import about, the_table, typed


def write_flatgeobuf(path: Path, extract: Extract, crs: str | None = None) -> None:
    """One FlatGeobuf layer of points and lines with a spatial index; a column `theme` tells the layers apart.

    Coordinates are x (east) before y (north) in `crs` (EPSG:4326 if None). The index holds
    no feature without a position, or far outside the area of `crs`: those are left out. It
    also decides the order of the rows. An answer has no index: all its rows are there, in their
    order. The format has no dates: they are texts, YYYY-MM-DD.
    Title and description of the layer are those of `about`.
    """
    crs = crs or STORAGE_CRS
    extract = extract.within(crs)
    table, features = the_table(extract, unplaced=False)
    frame = typed(features, table, dates=False).to_crs(crs)
    lines = extract.lines(about(extract, features, crs))
    out = io.BytesIO()
    # In memory, for GDAL does not say that the disk was full when it closes the file.
    pyogrio.write_dataframe(
        frame,
        out,
        layer=table.name,
        driver="FlatGeobuf",
        geometry_type="Unknown",
        use_arrow=True,
        layer_options={"TITLE": extract.title, "DESCRIPTION": "\n".join(lines)}
        | ({"SPATIAL_INDEX": "NO"} if extract.answers else {}),
    )
    with replacing(path) as fresh:
        fresh.write_bytes(out.getbuffer())
