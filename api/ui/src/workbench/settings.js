// What the server told the page: words in the reader's language, and addresses under its root path.

const found = JSON.parse(document.getElementById("workbench-settings").textContent);

export const { language, terms, names, timeLimit } = found;

const view = document.querySelector("form.query select[name=view]");

/** The address of the endpoint; the edition of the page and the view chosen in its form are part of it. */
export const sparql = (asked = {}) => address(found.sparql, asked);

/** Where a permanent link to a query is made. */
export const cite = (asked = {}) => address(found.cite, asked);

function address(path, asked) {
  const whole = new URL(path, location.href);
  for (const [name, value] of Object.entries({ ...asked, ...(view && { view: view.value }) })) {
    if (value) whole.searchParams.set(name, value);
    else whole.searchParams.delete(name);
  }
  return whole;
}

/** The words for `key`, with `{places}` filled in. */
export function say(key, places = {}) {
  return (found.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

export const figure = new Intl.NumberFormat(language === "de" ? "de-DE" : "en-GB", { maximumFractionDigits: 20 });
const days = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { dateStyle: "long", timeZone: "UTC" });
const months = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** An ISO date at whatever precision it has, as the rest of the site writes it. */
export function day(iso) {
  const [, year, month, date] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(iso) ?? [];
  if (!year || !month) return iso;
  const time = Date.UTC(year, month - 1, date ?? 1);
  return Number.isNaN(time) ? iso : (date ? days : months).format(time);
}
