// The answer under the editor: a tab for each view that suits it, and the whole as a file.
import { h } from "./dom.js";
import { hasPlaces } from "./places.js";
import { say, sparql } from "./settings.js";
import { Table } from "./table.js";
import { columns, isNumber } from "./terms.js";

const VIEWS = [
  { name: "table", suits: () => true, draw: async (answer, names) => new Table(answer, names) },
  { name: "chart", suits: ({ kind, ...answer }) => kind === "rows" && answer.rows.length > 1 && columns(answer, isNumber).length > 0, draw: async (...all) => (await import("./chart.js")).draw(...all) },
  { name: "graph", suits: isGraph, draw: async (...all) => (await import("./graph.js")).draw(...all) },
  { name: "map", suits: (answer) => answer.kind === "rows" && hasPlaces(answer), draw: async (...all) => (await import("./map.js")).draw(...all) },
];
const ROWS = [["csv", "CSV"], ["tsv", "TSV"], ["json", "JSON"], ["xml", "XML"]];
const TRIPLES = [["turtle", "Turtle"], ["ntriples", "N-Triples"], ["jsonld", "JSON-LD"], ["rdfxml", "RDF/XML"]];
const SUFFIX = { turtle: "ttl", ntriples: "nt", jsonld: "jsonld", rdfxml: "rdf" };
const LONGEST_ADDRESS = 6000; // characters; beyond it a form carries the query

/** Whether an answer says how things hang together: triples, or rows with two things. */
function isGraph({ kind, variables, rows }) {
  const ofThings = variables.filter((name) => rows.some((row) => row[name]?.type === "uri"));
  return rows.length > 0 && (kind === "triples" || ofThings.length > 1);
}

/** Shows answers in `place`, one at a time. */
export class Results {
  constructor(place) {
    this.place = place;
    this.view = null;
    this.chosen = "table"; // the reader's choice is kept from one answer to the next
  }

  clear() {
    this.view?.destroy?.();
    this.view = null;
    this.place.replaceChildren();
  }

  show(answer, names, query) {
    this.clear();
    const heading = h("h2", { id: "result", tabindex: "-1" }, say("result"));
    const files = downloads(answer, query);
    if (answer.kind === "truth") {
      this.place.append(heading, h("p", { class: "statement large" }, say(answer.truth ? "yes" : "no")), files);
    } else if (!answer.rows.length) {
      this.place.append(heading, h("p", {}, say("empty")), files);
    } else {
      this.place.append(heading, ...this.tabs(answer, names), files);
    }
  }

  /** Offers an answer that is too large for a page as files. */
  offer(kind, query) {
    this.place.append(downloads({ kind }, query));
  }

  tabs(answer, names) {
    const views = VIEWS.filter((one) => one.suits(answer));
    const panel = h("div", { class: "panel", role: "tabpanel", id: "view", "aria-labelledby": "tab-table" });
    const tabs = views.map(({ name }) => h("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "view", onclick: () => choose(name) }, say(`view_${name}`)));
    const choose = async (name) => {
      this.chosen = name;
      tabs.forEach((tab) => {
        tab.setAttribute("aria-selected", tab.id === `tab-${name}`);
        tab.tabIndex = tab.id === `tab-${name}` ? 0 : -1;
      });
      panel.setAttribute("aria-labelledby", `tab-${name}`);
      const view = await views.find((one) => one.name === name).draw(answer, names);
      if (this.chosen !== name || !panel.isConnected) return view.destroy?.();
      this.view?.destroy?.();
      this.view = view;
      panel.replaceChildren(view.element);
    };
    const list = h("div", { class: "views", role: "tablist", "aria-label": say("views"), onkeydown: (event) => turn(event, tabs) }, tabs);
    queueMicrotask(() => choose(views.some(({ name }) => name === this.chosen) ? this.chosen : "table"));
    return views.length > 1 ? [list, panel] : [h("div", { hidden: true }, tabs), panel];
  }
}

/** Arrow keys go from tab to tab (ARIA Authoring Practices, "Tabs"). */
function turn(event, tabs) {
  const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = tabs.indexOf(event.target);
  const next = Number.isFinite(step) ? (at + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
  tabs[next].focus();
  tabs[next].click();
}

function downloads({ kind, edition }, query) {
  const offered = kind === "triples" ? TRIPLES : kind === "truth" ? ROWS.slice(2) : ROWS;
  return h("p", { class: "under small pills downloads" }, say("download"), " ", offered.map(([format, label]) => file({ query, format, ...(edition ? { edition } : {}) }, label)));
}

function file(asked, label) {
  const address = sparql(asked).href;
  if (address.length < LONGEST_ADDRESS) {
    return h("a", { class: "tag", href: address, download: `numgraph.${SUFFIX[asked.format] ?? asked.format}` }, label);
  }
  const { query, ...others } = asked;
  const fields = Object.entries({ query }).map(([name, value]) => h("input", { type: "hidden", name, value }));
  return h("form", { action: sparql(others).href, method: "post", class: "inline" }, fields, h("button", { class: "tag" }, label));
}
