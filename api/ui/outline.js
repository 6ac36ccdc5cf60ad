// Cuts a TopoJSON topology of countries down to the polygons within a window.

/** The topology without what lies outside `[west, south, east, north]`; polygons that cross the edge stay whole. */
export function cropped(topology, window) {
  const lines = topology.arcs.map((arc) => unpacked(arc, topology.transform));
  const boxes = lines.map(box);
  const countries = topology.objects.countries.geometries
    .map((one) => ({ ...one, type: "MultiPolygon", arcs: polygons(one).filter((polygon) => isWithin(polygon, boxes, window)) }))
    .filter((one) => one.arcs.length > 0);
  return renumbered(topology, countries);
}

const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.arcs] : geometry.arcs ?? []);

function unpacked(arc, { scale, translate }) {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
}

function box(points) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const index = (arc) => (arc < 0 ? ~arc : arc);

function isWithin([outer], boxes, [west, south, east, north]) {
  return outer.some((arc) => {
    const [x0, y0, x1, y1] = boxes[index(arc)];
    return x1 > west && x0 < east && y1 > south && y0 < north;
  });
}

function renumbered(topology, countries) {
  const numbers = new Map();
  const number = (arc) => {
    if (!numbers.has(index(arc))) numbers.set(index(arc), numbers.size);
    return arc < 0 ? ~numbers.get(index(arc)) : numbers.get(index(arc));
  };
  const geometries = countries.map(({ type, id, arcs, properties }) => ({
    type, id, properties, arcs: arcs.map((polygon) => polygon.map((ring) => ring.map(number))),
  }));
  const arcs = [...numbers.keys()].map((old) => topology.arcs[old]);
  return { type: "Topology", transform: topology.transform, objects: { countries: { type: "GeometryCollection", geometries } }, arcs };
}
