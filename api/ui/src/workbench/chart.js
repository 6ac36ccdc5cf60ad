// Figures of an answer as bars, lines or a pie.
import { ArcElement, BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController, LineElement, PieController, PointElement, Tooltip } from "chart.js";
import { colour, h, onThemeChange } from "./dom.js";
import { figure, say } from "./settings.js";
import { columns, isDate, isNumber, text } from "./terms.js";

Chart.register(ArcElement, BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, PieController, PointElement, Tooltip);

const MOST = 200; // points in one picture
const COLOURS = ["chart-1", "chart-2", "chart-3", "chart-4", "chart-5", "chart-6", "chart-7", "chart-8"];

/** A chart of `answer`, whose figures are in at least one column. */
export function draw(answer, names) {
  const figures = columns(answer, isNumber);
  const others = answer.variables.filter((name) => !figures.includes(name));
  const kind = choice("chart_kind", ["bar", "line", "pie"], (one) => say(`chart_${one}`), isOverTime(answer, others) ? "line" : "bar");
  const over = choice("chart_over", others.length ? others : [""], (one) => (one ? `?${one}` : say("chart_rows")), best(answer, others));
  const value = choice("chart_value", figures, (one) => `?${one}`, figures[0]);
  const canvas = h("canvas", { role: "img" });
  const note = h("p", { class: "small muted" });
  const element = h("div", {}, h("div", { class: "tools" }, kind.label, over.label, value.label), h("div", { class: "canvas" }, canvas), note);
  let chart = null;
  const paint = () => {
    chart?.destroy();
    const rows = answer.rows.filter((row) => row[value.value]);
    const points = sorted(rows, over.value, kind.value === "line").slice(0, MOST);
    const labels = points.map((row) => (over.value ? text(row[over.value], names) : String(answer.rows.indexOf(row) + 1)));
    const data = points.map((row) => Number(row[value.value].value));
    canvas.setAttribute("aria-label", say("chart_about", { kind: say(`chart_${kind.value}`), value: `?${value.value}`, over: over.value ? `?${over.value}` : say("chart_rows"), count: data.length }));
    note.textContent = rows.length > MOST ? say("chart_cut", { shown: MOST, count: figure.format(rows.length) }) : "";
    chart = new Chart(canvas, { type: kind.value, data: { labels, datasets: [dataset(kind.value, value.value, data)] }, options: options(kind.value) });
  };
  for (const one of [kind, over, value]) one.select.addEventListener("change", paint);
  requestAnimationFrame(paint); // a canvas is measured once it is in the page
  const stop = onThemeChange(paint);
  return { element, destroy: () => (stop(), chart?.destroy()) };
}

function choice(key, values, words, chosen) {
  const options = values.map((one) => h("option", { value: one, selected: one === chosen }, words(one)));
  const select = h("select", {}, options);
  return { select, label: h("label", {}, say(key), " ", select), get value() { return select.value; } };
}

/** The column that names the rows best: dates, else words that are no addresses, else the first. */
function best(answer, others) {
  const isWords = (term) => term.type === "literal";
  return columns(answer, isDate)[0] ?? columns(answer, isWords).find((name) => others.includes(name)) ?? others[0] ?? "";
}

const isOverTime = (answer, others) => columns(answer, isDate).some((name) => others.includes(name)) && answer.rows.length > 3;

const sorted = (rows, name, isLine) =>
  isLine && name && rows.every((row) => isDate(row[name])) ? [...rows].sort((one, other) => (one[name].value < other[name].value ? -1 : 1)) : rows;

function dataset(kind, label, data) {
  const colours = kind === "pie" ? data.map((_, at) => colour(COLOURS[at % COLOURS.length])) : colour("chart-1");
  return { label: `?${label}`, data, backgroundColor: colours, borderColor: kind === "pie" ? colour("sheet") : colours, borderWidth: kind === "bar" ? 0 : 2, borderRadius: kind === "bar" ? 3 : 0, maxBarThickness: 48, pointRadius: 4 };
}

function options(kind) {
  const ink = { color: colour("ink-2"), font: { family: getComputedStyle(document.body).fontFamily, size: 13 } };
  const axis = { ticks: { ...ink, callback(value) { return shortened(this.getLabelForValue(value)); } }, grid: { color: colour("rule") } };
  const upright = { ticks: { ...ink, callback: (value) => figure.format(value) }, grid: { color: colour("rule") }, beginAtZero: true };
  return {
    responsive: true, maintainAspectRatio: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 250 },
    scales: kind === "pie" ? {} : { x: axis, y: upright },
    plugins: { legend: { display: kind === "pie", position: "right", labels: { ...ink, boxWidth: 14 } }, tooltip: { callbacks: { label: ({ raw }) => figure.format(raw) } } },
  };
}

const shortened = (words) => (words.length > 28 ? `${words.slice(0, 27)}…` : words);
