// Places of an answer on an outline of Germany, the Netherlands or Europe: no tiles, nothing from other hosts.
import { geoConicConformal, geoNaturalEarth1, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import europe from "outline:europe";
import { h, s } from "./dom.js";
import { figure, say } from "./settings.js";
import { point } from "./places.js";
import { text } from "./terms.js";

const [WIDTH, HEIGHT] = [900, 640];
const EXTENTS = {
  germany: [5.5, 47.2, 15.3, 55.1],
  netherlands: [3.2, 50.7, 7.3, 53.6],
  europe: [-11, 36, 30, 61],
  world: [-179, -56, 179, 78],
};
const MOST_OUTSIDE = 0.2; // the first view is the closest that leaves out no more than this share of the places

/** A map of the rows that have a place. */
export function draw(answer, names) {
  const spots = gathered(answer, names);
  const extents = Object.keys(EXTENTS).filter((one) => one !== "world" || spots.some(({ at }) => !contains(EXTENTS.europe, at)));
  const outside = (extent) => spots.filter(({ at }) => !contains(EXTENTS[extent], at)).length;
  const first = extents.find((one) => outside(one) <= MOST_OUTSIDE * spots.length) ?? extents.at(-1);
  const options = extents.map((one) => h("option", { value: one, selected: one === first }, say(`map_${one}`)));
  const select = h("select", {}, options);
  const frame = h("div", { class: "map" });
  const count = h("span", { class: "small muted", role: "status" });
  const paint = async () => {
    const missing = select.value === "world" ? 0 : outside(select.value);
    count.textContent = [say("map_count", { places: figure.format(spots.length) }), missing && say("map_outside", { count: figure.format(missing) })].filter(Boolean).join(", ");
    frame.replaceChildren(picture(spots, select.value, select.value === "world" ? await world() : europe));
  };
  select.addEventListener("change", paint);
  paint();
  return { element: h("div", {}, h("div", { class: "tools" }, h("label", {}, say("map_extent"), " ", select), count), frame), destroy() {} };
}

/** One spot for each place, with the rows that are there. */
function gathered(answer, names) {
  const spots = new Map();
  for (const row of answer.rows) {
    const at = point(answer.variables, row);
    if (!at) continue;
    const key = at.map((one) => one.toFixed(4)).join();
    const spot = spots.get(key) ?? { at, rows: [], href: null };
    spot.rows.push(label(answer, row, names));
    spot.href ??= answer.variables.map((name) => names.get(row[name]?.value)?.href).find(Boolean) ?? null;
    spots.set(key, spot);
  }
  return [...spots.values()].sort((one, other) => other.rows.length - one.rows.length);
}

/** The first words of a row that are no coordinate. */
function label({ variables }, row, names) {
  const words = variables.map((name) => row[name]).filter((term) => term && Number.isNaN(Number(term.value)) && !/^(?:<[^>]*>\s*)?POINT/i.test(term.value));
  const named = words.find((term) => term.type === "literal") ?? words[0];
  return named ? text(named, names) : "";
}

const contains = ([west, south, east, north], [x, y]) => x >= west && x <= east && y >= south && y <= north;
const world = async () => (await import("outline:world")).default;

function projected(extent) {
  const [west, south, east, north] = EXTENTS[extent];
  const frame = [[20, 20], [WIDTH - 20, HEIGHT - 20]];
  if (extent === "world") return geoNaturalEarth1().fitExtent(frame, { type: "Sphere" });
  const corners = [[west, south], [east, south], [west, north], [east, north], [(west + east) / 2, south]];
  const projection = geoConicConformal().parallels([south + 2, north - 2]).rotate([-(west + east) / 2, 0]).fitExtent(frame, { type: "MultiPoint", coordinates: corners });
  return projection.clipExtent([[-50, -50], [WIDTH + 50, HEIGHT + 50]]);
}

function picture(spots, extent, topology) {
  const projection = projected(extent);
  const path = geoPath(projection).digits(1);
  const { countries } = topology.objects;
  const land = countries.geometries.map((one) => s("path", { class: HOME.has(one.id) ? "country home" : "country", d: path(feature(topology, one)) }));
  const borders = s("path", { class: "borders", d: path(mesh(topology, countries, (one, other) => one !== other)) });
  const marks = spots.map((spot) => mark(spot, projection(spot.at))).filter(Boolean);
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": say("map_about", { places: spots.length }) }, s("g", { "aria-hidden": "true" }, land, borders), marks);
}

const MOST_NAMED = 12;
const HOME = new Set(["276", "528"]); // Germany and the Netherlands (ISO 3166-1)

function mark({ rows, href }, at) {
  if (!at || at[0] < -20 || at[1] < -20 || at[0] > WIDTH + 20 || at[1] > HEIGHT + 20) return null;
  const distinct = [...new Set(rows)];
  const words = distinct.slice(0, MOST_NAMED).join("\n") + (distinct.length > MOST_NAMED ? "\n…" : "");
  const radius = Math.min(24, 4 + 1.6 * Math.sqrt(rows.length)); // the area grows with the rows
  const spot = s("circle", { class: "spot", cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: radius.toFixed(1) }, s("title", {}, words));
  return href ? s("a", { href, "aria-label": words.replaceAll("\n", ", ") }, spot) : spot;
}
