// Asking the endpoint, and reading its answer as columns and rows. Aborting closes the connection, and the server then
// ends the reader process of the query.
import { names, sparql } from "./settings.js";
import { triples } from "./ntriples.js";

const LARGEST = 30_000_000; // characters of an answer that the page takes in; a file holds all
const MOST_NAMES = 1500;
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9";

/** A fault as the server told it (RFC 9457), or one of ours: `name` picks its words. */
export class Fault extends Error {
  constructor({ name, detail = "", line, column, title, kind }) {
    super(detail);
    Object.assign(this, { name, line, column, title, kind });
  }
}

/** The answer: `{ kind, variables, rows, truth, edition, seconds }`. Raises Fault; AbortError when `signal` says so. */
export async function ask(query, signal) {
  const began = performance.now();
  const body = new URLSearchParams({ query });
  const answer = await answered(fetch(sparql(), { method: "POST", body, headers: { Accept: ACCEPT }, signal }));
  if (!answer.ok) throw await told(answer);
  const isGraph = !answer.headers.get("Content-Type").startsWith("application/sparql-results+json");
  const text = await whole(answer, isGraph ? "triples" : "rows");
  const seconds = (performance.now() - began) / 1000;
  return { ...(isGraph ? graph(text) : bindings(text)), edition: answer.headers.get("X-Numgraph-Edition"), seconds };
}

/** The answer that the page came with, as `ask` gives it; null where it has none, or one that was too long to carry. */
export function carried() {
  const found = document.getElementById("answer");
  return found && { ...bindings(found.textContent), edition: found.dataset.edition, seconds: null };
}

async function answered(asked) {
  try {
    return await asked;
  } catch (error) {
    throw error.name === "AbortError" ? error : new Fault({ name: "unreachable" });
  }
}

/** The fault that an answer without success tells of. */
export async function told(answer) {
  const said = await answer.json().catch(() => ({}));
  return new Fault({ ...said, name: (said.type ?? "").split("#")[1] ?? "fault" });
}

/** The body as text; a part must never pass for the whole, so an answer that breaks off is a fault. */
async function whole(answer, kind) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw error.name === "AbortError" ? error : new Fault({ name: "broken-answer" });
    });
    if (done) return text;
    text += value;
    if (text.length > LARGEST) {
      await reader.cancel();
      throw new Fault({ name: "too-large", kind });
    }
  }
}

function bindings(text) {
  const { head, results, boolean } = JSON.parse(text);
  if (boolean !== undefined) return { kind: "truth", truth: boolean, variables: [], rows: [] };
  return { kind: "rows", variables: head.vars ?? [], rows: results.bindings };
}

function graph(text) {
  const rows = triples(text).map(([subject, predicate, object]) => ({ subject, predicate, object }));
  return { kind: "triples", variables: ["subject", "predicate", "object"], rows };
}

const known = new Map();

/** What the things of an answer are called and where a click on them leads, by IRI. Those shown first are asked first. */
export async function named(rows, signal) {
  const iris = new Set();
  for (const row of rows) {
    for (const { type, value } of Object.values(row)) if (type === "uri" && !known.has(value)) iris.add(value);
    if (iris.size >= MOST_NAMES) break;
  }
  if (iris.size) {
    const body = JSON.stringify({ iris: [...iris].slice(0, MOST_NAMES) });
    const answer = await fetch(names, { method: "POST", body, headers: { "Content-Type": "application/json" }, signal }).catch(() => null);
    if (answer?.ok) for (const [iri, found] of Object.entries(await answer.json())) known.set(iri, found);
  }
  return known;
}
