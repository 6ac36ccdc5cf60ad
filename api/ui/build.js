// Bundles each page's script in src/pages into ../numgraph_api/static/built; what pages share becomes chunks of its own.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { cropped } from "./outline.js";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const into = join(here, "..", "numgraph_api", "static", "built");

// Natural Earth's countries: "outline:europe" the part that a map of Europe shows (1:50 million), "outline:world" all (1:110 million).
const outline = {
  name: "outline",
  setup(bundle) {
    bundle.onResolve({ filter: /^outline:/ }, ({ path }) => ({ path, namespace: "outline" }));
    bundle.onLoad({ filter: /.*/, namespace: "outline" }, ({ path }) => {
      const read = (name) => JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), "utf-8"));
      const found = path === "outline:world" ? read("countries-110m") : cropped(read("countries-50m"), [-25, 32, 45, 72]);
      return { contents: JSON.stringify(found), loader: "json" };
    });
  },
};

rmSync(into, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: readdirSync(join(here, "src", "pages")).map((name) => join("src", "pages", name)),
  outdir: into,
  entryNames: "[name]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // LICENSES.txt holds them whole
  loader: { ".svg": "dataurl" },
  metafile: true,
  plugins: [outline],
  logLevel: "warning",
});
// The licences of everything that is bundled, which their conditions want beside the copies.
const { packages } = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf-8"));
const bundled = Object.entries(packages).filter(([path, { dev }]) => path && (!dev || path.endsWith("/world-atlas")));
const licences = bundled.map(([path, { version, license }]) => {
  const file = existsSync(join(here, path)) && readdirSync(join(here, path)).find((name) => /^licen[cs]e/i.test(name));
  return `${path.replace(/^.*node_modules\//, "")} ${version} (${license})\n\n${file ? readFileSync(join(here, path, file), "utf-8").trim() : ""}\n`;
});
writeFileSync(join(into, "LICENSES.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));

for (const [path, { bytes }] of Object.entries(result.metafile.outputs)) {
  if (/\.(js|css)$/.test(path)) console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${path.replace(/^.*built\//, "")}`);
}
await import("./scripts/outline.mjs"); // the outline of /map, which needs no script
