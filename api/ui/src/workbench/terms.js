// Terms of an answer as people read them.
import { h } from "./dom.js";
import { day, figure } from "./settings.js";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt"]);
const DATES = new Set(["date", "gYearMonth", "gYear", "dateTime"]);
const LONG = 90; // characters beyond which a text is prose, as in the rest of the site
const LONGEST = 1000;

const datatype = (term) => (term.datatype?.startsWith(XSD) ? term.datatype.slice(XSD.length) : null);

export const isNumber = (term) => term?.type === "literal" && NUMBERS.has(datatype(term)) && Number.isFinite(Number(term.value));
export const isDate = (term) => term?.type === "literal" && DATES.has(datatype(term));
export const isLong = (term) => term.type === "literal" && term.value.length > LONG;

/** A term in words: the label of a thing, a date and a figure as the language writes them. */
export function text(term, names) {
  if (!term) return "";
  if (term.type === "uri") return names.get(term.value)?.text ?? term.value;
  if (term.type === "triple") return ["subject", "predicate", "object"].map((part) => text(term.value[part], names)).join(" ");
  if (isNumber(term)) return figure.format(Number(term.value));
  return isDate(term) ? day(term.value) : term.value;
}

/** A term as an element: a link where the server says that following it is safe. */
export function shown(term, names, plain = false) {
  if (!term) return "";
  const found = names.get(term.value);
  const words = cut(plain ? term.value : text(term, names));
  if (term.type === "uri" && found?.href) {
    const language = plain ? null : found.language;
    return h("a", { href: found.href, lang: language, title: term.value, dir: "auto", class: found.external && "external" }, words);
  }
  const title = words === term.value ? null : cut(term.value);
  return h("span", { lang: term["xml:lang"], title, dir: "auto", class: isLong(term) && "quoted" }, words);
}

const cut = (words) => (words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words);

/** What a term is sorted by: figures as figures, dates as they are written, things by name. */
export const sortable = (term, names) => (isNumber(term) ? Number(term.value) : isDate(term) ? term.value : text(term, names));

/** The variables of an answer whose values, as far as they are bound, all pass `test`. */
export function columns({ variables, rows }, test) {
  return variables.filter((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || test(row[name])));
}
