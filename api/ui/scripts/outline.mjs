// Draws the outline of Europe's countries for /map: one small SVG file, whose paths the page refers to by <use>.
// Natural Earth 1:50 million (public domain) by way of world-atlas. Places are put on it by numgraph_api/places.py:
// Mercator, UNITS units a degree of longitude, with the corner [WEST, NORTH] at 0,0.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { geoMercator, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";

const [WEST, EAST, SOUTH, NORTH, UNITS] = [-11, 32, 35.5, 61.5, 20];

const here = dirname(fileURLToPath(import.meta.url));
const into = join(here, "..", "..", "numgraph_api", "static", "built");
const world = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("world-atlas/countries-50m.json"), "utf-8"));

const projection = geoMercator().scale((UNITS * 180) / Math.PI).translate([0, 0]);
const [[x0, y0], [x1, y1]] = [projection([WEST, NORTH]), projection([EAST, SOUTH])];
projection.translate([-x0, -y0]).clipExtent([[0, 0], [x1 - x0, y1 - y0]]);
const path = geoPath(projection).digits(1);

const land = path(feature(world, world.objects.land));
const borders = path(mesh(world, world.objects.countries, (one, other) => one !== other));
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${(x1 - x0).toFixed(1)} ${(y1 - y0).toFixed(1)}">
<path id="land" vector-effect="non-scaling-stroke" d="${land}"/>
<path id="borders" vector-effect="non-scaling-stroke" d="${borders}"/>
</svg>
`;
mkdirSync(into, { recursive: true });
writeFileSync(join(into, "outline.svg"), svg);
console.log(`${(svg.length / 1000).toFixed(1).padStart(8)} kB  outline.svg`);
