-- Statements of the engine in PostGIS. Names in braces are filled in quoted; values come as parameters.

-- name: srid
SELECT DISTINCT ST_SRID({geometry}) FROM {table} WHERE {geometry} IS NOT NULL LIMIT 2;

-- name: make
CREATE TEMPORARY TABLE {fresh} (place bigint, id text, geometry geometry, error double precision, fault text, mended boolean);

-- name: fill
INSERT INTO {fresh}
SELECT row_number() OVER (ORDER BY id COLLATE "C") - 1, id,
       CASE WHEN fault IS NULL THEN CASE WHEN mended THEN ST_MakeValid(metric) ELSE metric END END, error, fault, mended
FROM (
    SELECT id, error, fault, metric, fault IS NULL AND ST_Dimension(metric) = 2 AND NOT ST_IsValid(metric) AS mended
    FROM (
        SELECT id, error, fault, CASE WHEN fault IS NULL THEN ST_Transform(shape, %(metric)s::int) END AS metric
        FROM (
            SELECT {id}::text AS id, ST_CurveToLine({geometry}) AS shape,
                   CASE WHEN {error} >= 0 AND {error} < 'Infinity' THEN {error} END AS error,
                   CASE WHEN {geometry} IS NULL OR ST_IsEmpty({geometry})
                             OR NOT (ST_XMax({geometry}) - ST_XMin({geometry}) < 'Infinity'::float8) THEN %(nowhere)s
                        WHEN %(degrees)s AND ST_XMax({geometry}) - ST_XMin({geometry}) > 180 THEN %(round)s
                        WHEN ST_XMin({geometry}) < %(west)s OR ST_YMin({geometry}) < %(south)s
                             OR ST_XMax({geometry}) > %(east)s OR ST_YMax({geometry}) > %(north)s THEN %(far)s
                   END AS fault
            FROM {table}
        ) AS told
    ) AS moved
) AS checked;

-- name: empty
SELECT count(*) FROM {fresh} WHERE id IS NULL OR id !~ '\S';

-- name: twice
SELECT id FROM {fresh} GROUP BY id HAVING count(*) > 1 ORDER BY min(place);

-- name: left
SELECT coalesce(fault, %(mended)s), count(*), (array_agg(id ORDER BY place))[1:5]
FROM {fresh} WHERE fault IS NOT NULL OR mended GROUP BY 1 ORDER BY 1;

-- name: tidy
DELETE FROM {fresh} WHERE fault IS NOT NULL;

-- name: index
CREATE INDEX ON {fresh} USING gist (geometry);
CREATE INDEX ON {fresh} (place);
CREATE INDEX ON {fresh} (id);
ANALYZE {fresh};

-- name: known
SELECT count(*), coalesce(max(error), 0), count(*) FILTER (WHERE error IS NULL), coalesce(max(place), -1) FROM {fresh};

-- name: nearest
SELECT a.place, a.id, a.error, n.place, n.id, n.error, n.metres,
       EXISTS (SELECT 1 FROM {second} AS own WHERE own.id = a.id AND own.error IS NULL)
FROM {first} AS a
CROSS JOIN LATERAL (
    SELECT max(metres) + 1e-6 AS metres FROM (
        SELECT ST_Distance(a.geometry, b.geometry) AS metres FROM {second} AS b
        WHERE b.id <> a.id ORDER BY a.geometry <-> b.geometry LIMIT %(k)s
    ) AS closest
) AS reach
CROSS JOIN LATERAL (
    SELECT b.place, b.id, b.error, ST_Distance(a.geometry, b.geometry) AS metres FROM {second} AS b
    WHERE b.id <> a.id AND ST_DWithin(a.geometry, b.geometry, reach.metres)
    ORDER BY round(ST_Distance(a.geometry, b.geometry) * 1e6), b.place LIMIT %(k)s
) AS n
WHERE a.place >= %(begin)s AND a.place < %(end)s
ORDER BY a.place, round(n.metres * 1e6), n.place;

-- name: farther
SELECT a.place, min(greatest(0, ST_Distance(a.geometry, c.geometry) - a.error - c.error))
FROM unnest(%(rows)s::bigint[], %(caps)s::float8[]) AS asked(place, cap)
JOIN {first} AS a ON a.place = asked.place
JOIN {second} AS c ON ST_DWithin(a.geometry, c.geometry, asked.cap + a.error + %(largest)s) AND c.id <> a.id
WHERE c.error IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM unnest(%(taken_rows)s::bigint[], %(taken)s::bigint[]) AS taken(place, other)
    WHERE taken.place = a.place AND taken.other = c.place
)
GROUP BY a.place;

-- name: within
SELECT a.place, a.id, a.error, b.place, b.id, b.error, ST_Distance(a.geometry, b.geometry)
FROM {second} AS b
JOIN {first} AS a
  ON ST_DWithin(a.geometry, b.geometry, %(limit)s + %(largest)s + coalesce(b.error, 0))
 AND ST_DWithin(a.geometry, b.geometry, %(limit)s + coalesce(a.error, 0) + coalesce(b.error, 0) + 1e-6)
WHERE CASE WHEN %(once)s THEN a.place < b.place ELSE a.id <> b.id END
ORDER BY a.place, b.place;

-- name: meeting
SELECT a.place, b.place
FROM {first} AS a JOIN {second} AS b ON ST_Intersects(a.geometry, b.geometry)
WHERE ST_Dimension(a.geometry) = 1 AND ST_Dimension(b.geometry) = 1
  AND CASE WHEN %(once)s THEN a.place < b.place ELSE a.id <> b.id END
ORDER BY a.place, b.place;

-- name: shapes
SELECT place, id, error, ST_AsBinary(geometry) FROM {table} WHERE place = ANY(%(numbers)s::bigint[]) ORDER BY place;

-- name: beside
SELECT place, id, error, ST_AsBinary(geometry) FROM {table}
WHERE ST_DWithin(geometry, ST_SetSRID(ST_GeomFromWKB(%(line)s), %(metric)s::int), %(reach)s + coalesce(error, 0))
ORDER BY place;
