// Where a row is: columns of latitude and longitude, or a point as well-known text (OGC GeoSPARQL 1.0, section 8.5).

const LATITUDE = /^(?:lat|latitude|breite|breitengrad|y)$|_?lat(?:itude)?$/i;
const LONGITUDE = /^(?:lon|long|lng|longitude|laenge|längengrad|x)$|_?lon(?:g|gitude)?$/i;
const POINT = /^\s*(?:<[^>]*>\s*)?POINT\s*Z?\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)/i;

/** `[longitude, latitude]` of a row, null where it has none. */
export function point(variables, row) {
  for (const name of variables) {
    const found = row[name]?.type === "literal" && POINT.exec(row[name].value);
    if (found) return sound(Number(found[1]), Number(found[2]));
  }
  const [latitude, longitude] = [LATITUDE, LONGITUDE].map((names) => number(row, variables.find((name) => names.test(name))));
  return sound(longitude, latitude);
}

const number = (row, name) => (name && row[name]?.type === "literal" ? Number(row[name].value) : NaN);
const sound = (x, y) => (Math.abs(x) <= 180 && Math.abs(y) <= 90 ? [x, y] : null);

export const hasPlaces = ({ variables, rows }) => rows.some((row) => point(variables, row));
