"""What a layer of one's own says of its features beside their positions: names, who leads, when they are built."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from analysis.spatial.engines.face import Engine, EngineError, Stored, Table
from analysis.spatial.engines.geoparquet import MORE

_NAMED = 1_000_000
"""Features of a layer up to which their names are held in memory: beyond, they are called by their ids."""


def further_columns(source: Stored | Table, engine: Engine) -> tuple[list[str], pd.DataFrame]:
    """Ids, and the columns name_zh, name_en, lead, begin and end as far as there are."""
    if isinstance(source, Table):
        frame: pd.DataFrame = engine.session.frame(source, MORE)  # type: ignore[attr-defined]
    else:
        frame = _stored(source)
    ids = frame["id"].astype(str).tolist()
    return ids, frame.drop(columns="id")


def _stored(source: Stored) -> pd.DataFrame:
    try:
        data = ds.dataset(source.path, format="parquet")
        if "id" not in data.schema.names:
            raise EngineError("no-column", name=source.path, column="id", found=", ".join(data.schema.names))
        names = [name for name in MORE if name in data.schema.names]
        if data.count_rows() > _NAMED:
            names = [name for name in names if not name.startswith("name_")]
        frame: pd.DataFrame = data.to_table(columns=["id", *names] if names else []).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise EngineError("no-file", name=source.path, why=" ".join(str(error).split())) from None
    return frame if names else pd.DataFrame({"id": []})
