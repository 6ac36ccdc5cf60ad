// The query page with a script: an editor, answers without a new page, a way to stop.
import "./workbench.css";
import { ask, carried, named } from "../workbench/asking.js";
import { h } from "../workbench/dom.js";
import { Editor } from "../workbench/editor.js";
import { Results } from "../workbench/results.js";
import { figure, say, timeLimit } from "../workbench/settings.js";
import { link } from "../workbench/sharing.js";

const form = document.querySelector("form.query");
const textarea = form.querySelector("textarea");
const outcome = document.getElementById("outcome");
const fault = h("div", { class: "told" });
const status = h("p", { class: "status small", role: "status" });
const run = form.querySelector("button[type=submit]");
const stop = h("button", { type: "button", class: "stop", hidden: true, onclick: () => asking?.abort() }, say("stop"));
const share = h("button", { type: "button", class: "second", onclick: shareLink }, say("share"));
const shared = h("div", { class: "shared", role: "status" });
const results = new Results(outcome);
let answered = { query: null, edition: null }; // what was answered last: its edition makes the link to it citable
let asking = null; // the AbortController of the query that runs

const editor = new Editor(textarea, { run: () => form.requestSubmit(), leave: () => run.focus(), change: changed });
document.documentElement.classList.add("with-workbench");
form.querySelector(".format")?.remove();
run.append(h("kbd", { "aria-hidden": "true" }, navigator.platform.startsWith("Mac") ? "⌘ ↵" : say("enter")));
run.setAttribute("aria-keyshortcuts", "Control+Enter Meta+Enter");
form.querySelector(".controls").append(stop, share, status);
form.append(h("p", { class: "small muted keys", id: "editor-keys" }, say("keys")), shared, fault);

// What was written outlives a reload and a change of language, in this tab and until it is closed.
const KEPT = "numgraph query";
function changed() {
  shared.replaceChildren();
  fault.replaceChildren(); // it spoke of another text
  sessionStorage.setItem(KEPT, editor.value);
}
const isAsked = new URLSearchParams(location.search).has("query");
if (!isAsked && sessionStorage.getItem(KEPT)) editor.value = sessionStorage.getItem(KEPT);

form.elements.view?.addEventListener("change", () => shared.replaceChildren());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  execute();
});

async function execute(first = null) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const query = editor.value;
  tell(null);
  form.querySelector(".fault")?.remove();
  editor.unmark();
  const done = atWork();
  try {
    const answer = first ?? (await ask(query, mine.signal));
    const names = await named(answer.rows, mine.signal);
    if (mine !== asking) return;
    answered = { query, edition: answer.edition };
    results.show(answer, names, query);
    status.textContent = summary(answer);
  } catch (error) {
    if (mine !== asking) return;
    if (error.name === "AbortError") status.textContent = say("stopped");
    else tell(error);
    if (error.kind) results.offer(error.kind, query);
  } finally {
    if (mine === asking) {
      asking = null;
      done();
    }
  }
}

/** While a query runs: a button to stop it, and the seconds. Gives back what ends this. */
function atWork() {
  const began = performance.now();
  const tick = () => (stop.dataset.seconds = say("seconds", { seconds: figure.format(Math.round((performance.now() - began) / 1000)) }));
  const clock = setInterval(tick, 1000);
  outcome.setAttribute("aria-busy", "true");
  status.textContent = say("running");
  stop.hidden = false;
  tick();
  return () => {
    clearInterval(clock);
    outcome.removeAttribute("aria-busy");
    if (document.activeElement === stop) run.focus();
    stop.hidden = true;
  };
}

function summary({ kind, rows, seconds, edition: number }) {
  const count = rows.length === 1 ? say(kind === "triples" ? "triple" : "row") : say(kind === "triples" ? "triples" : "rows", { count: figure.format(rows.length) });
  const time = seconds === null ? null : say("took", { seconds: figure.format(Number(seconds < 1 ? seconds.toFixed(2) : seconds.toFixed(1))) });
  return [kind === "truth" ? null : count, time, number && say("edition", { number })].filter(Boolean).join(" · ");
}

/** Shows a fault, and marks its place in the editor. */
function tell(error) {
  fault.replaceChildren();
  if (!error) return;
  results.clear();
  status.textContent = "";
  const place = error.line ? say("place", { line: error.line, column: error.column ?? 1 }) : null;
  if (error.line) editor.mark(error.line, error.column);
  const known = say(`fault_${error.name}`, { seconds: figure.format(timeLimit) });
  fault.append(
    h("div", { class: "fault", role: "alert" },
      h("h2", {}, known === `fault_${error.name}` ? error.title ?? say("fault_fault") : known),
      error.message && h("p", {}, error.message),
      place && h("p", {}, h("button", { type: "button", class: "second", onclick: () => editor.goToMark() }, place)),
    ),
  );
  if (!("name" in error) || error instanceof TypeError) console.error(error); // ours: say it where developers look
}

async function shareLink() {
  shared.replaceChildren(say("share_making"));
  try {
    shared.replaceChildren(...(await link(editor.value, answered.query === editor.value ? answered.edition : null)));
  } catch (error) {
    shared.replaceChildren(say("share_failed"), " ", error.message); // a query of chance or of the clock has no lasting answer
    if (error.line) tell(error);
  }
}

for (const example of document.querySelectorAll(".examples a[data-example]")) {
  example.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    editor.value = new URL(example.href).searchParams.get("query");
    results.clear();
    tell(null);
    status.textContent = say("inserted", { title: example.textContent.trim() });
    editor.focus();
  });
}

// Leaving the page stops the query, too: nobody would read its answer.
addEventListener("pagehide", () => asking?.abort());

if (isAsked && editor.value.trim()) execute(carried());
