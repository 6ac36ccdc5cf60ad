// Triples, or rows of things, as a graph of things.
import cytoscape from "cytoscape";
import { colour, h, onThemeChange } from "./dom.js";
import { say } from "./settings.js";
import { shown, text } from "./terms.js";

const MOST = 300; // nodes in one picture

/** The graph of an answer; the table beside it says the same in words. */
export function draw(answer, names) {
  const { nodes, edges, isCut } = parts(answer, names);
  const canvas = h("div", { class: "canvas graph", role: "img", "aria-label": say("graph_about", { nodes: nodes.length, edges: edges.length }) });
  const chosen = h("p", { class: "chosen", role: "status" }, say("graph_hint"));
  const note = h("p", { class: "small muted" }, isCut ? say("graph_cut", { shown: MOST }) : "");
  let drawn = null;
  let scale = 1;
  const stop = onThemeChange(() => drawn?.style(style(scale)));
  const zoom = (factor) => () => drawn?.zoom({ level: drawn.zoom() * factor, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
  const button = (key, sign, action) => h("button", { type: "button", class: "second", "aria-label": say(key), onclick: action }, sign);
  const tools = h("div", { class: "tools" }, chosen, button("zoom_in", "+", zoom(1.3)), button("zoom_out", "−", zoom(1 / 1.3)), button("zoom_fit", "⤢", () => drawn?.fit(undefined, 30)));
  requestAnimationFrame(() => {
    if (!canvas.isConnected) return;
    drawn = cytoscape({ container: canvas, elements: { nodes, edges }, style: style(1), layout: layout(nodes.length), userZoomingEnabled: false, minZoom: 0.2, maxZoom: 3 });
    scale = Math.max(1, 1 / drawn.zoom()); // words as large as the rest of the page, however much had to fit
    drawn.style(style(scale));
    drawn.on("tap", "node", ({ target }) => chosen.replaceChildren(shown(target.data("term"), names)));
  });
  return { element: h("div", {}, tools, canvas, note), destroy: () => (stop(), drawn?.destroy()) };
}

function parts(answer, names) {
  const nodes = new Map();
  const edges = new Map(); // what links the same two things is written on one line
  let isCut = false;
  const node = (term) => {
    const id = `${term.type} ${term.value} ${term["xml:lang"] ?? ""}`;
    if (nodes.has(id)) return id;
    if (nodes.size >= MOST) return null;
    nodes.set(id, { data: { id, term, label: text(term, names) }, classes: term.type === "uri" ? "thing" : "literal" });
    return id;
  };
  for (const [subject, label, object] of links(answer, names)) {
    const [source, target] = [node(subject), node(object)];
    if (!source || !target) isCut = true;
    else edges.set(`${source} ${target}`, { source, target, labels: (edges.get(`${source} ${target}`)?.labels ?? new Set()).add(label) });
  }
  const lines = [...edges.values()].map(({ labels, ...ends }) => ({ data: { ...ends, label: [...labels].join(", ") } }));
  return { nodes: [...nodes.values()], edges: lines, isCut };
}

function* links({ kind, variables, rows }, names) {
  const [first, second, third, ...more] = variables;
  const isTriple = kind === "triples" || (third && !more.length && rows.every((row) => row[first]?.type === "uri" && row[second]?.type === "uri"));
  for (const row of rows) {
    if (isTriple) {
      if (row[first] && row[third]) yield [row[first], text(row[second], names), row[third]];
      continue;
    }
    const things = variables.filter((name) => row[name]?.type === "uri");
    for (const name of things.slice(1)) yield [row[things[0]], `?${name}`, row[name]];
  }
}

const layout = (count) => ({
  name: "cose", animate: false, padding: 40, randomize: true, nodeDimensionsIncludeLabels: true, numIter: count > 150 ? 400 : 1500,
  nodeRepulsion: () => 500_000, idealEdgeLength: () => 110, edgeElasticity: () => 60, nodeOverlap: 30, componentSpacing: 90, gravity: 0.6,
});

function style(scale) {
  const words = { "font-family": getComputedStyle(document.body).fontFamily, "font-size": 13 * scale, color: colour("ink") };
  return [
    { selector: "node", style: { ...words, label: "data(label)", "text-wrap": "ellipsis", "text-max-width": 170 * scale, "text-valign": "bottom", "text-margin-y": 5 * scale, width: 16 * scale, height: 16 * scale, "background-color": colour("accent") } },
    { selector: "node.literal", style: { shape: "round-rectangle", width: 11 * scale, height: 11 * scale, "background-color": colour("marker-edge") } },
    { selector: "node:selected", style: { "background-color": colour("focus") } },
    { selector: "edge", style: { ...words, "font-size": 11 * scale, color: colour("ink-2"), label: "data(label)", width: 1.5 * scale, "line-color": colour("rule-2"), "target-arrow-color": colour("rule-2"), "target-arrow-shape": "triangle", "arrow-scale": 0.8 * scale, "curve-style": "bezier", "text-rotation": "autorotate", "text-background-color": colour("sheet"), "text-background-opacity": 0.85, "text-background-padding": 2 } },
  ];
}
