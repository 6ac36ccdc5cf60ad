// What may come at a place of a query, best first: a class's mandatory properties before its optional ones.

const ORDER = ["mandatory", "recommended", "optional", "other"];
const KEYWORDS = [
  "SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "WHERE", "DISTINCT", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "BIND",
  "VALUES", "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET", "COUNT", "FILTER NOT EXISTS", "EXISTS", "LANG", "STR",
];
const MOST = 80;

/** Suggestions `{ text, kind, need?, label?, about?, expects?, prefix? }` for a `place` (see parsing.js). */
export function suggestions(place, vocabulary, language) {
  const sources = {
    prefix: () => missingPrefixes(place, vocabulary),
    predicate: () => [...predicates(place, vocabulary, language), ...variables(place), ...prefixNames(place, vocabulary)],
    object: () => [...objects(place, vocabulary, language), ...variables(place), ...prefixNames(place, vocabulary)],
    nothing: () => [],
    base: () => [],
  };
  const otherwise = () => [...variables(place), ...keywords(place), ...prefixNames(place, vocabulary)];
  return (sources[place.expects] ?? otherwise)().filter((one) => matches(one, place.word)).slice(0, MOST);
}

function predicates(place, vocabulary, language) {
  const needs = needsOf(place.types, vocabulary);
  const all = vocabulary.properties.map((one) => ({
    ...described(one, language), kind: "property", expects: one.expects, need: needs.size ? needs.get(one.name) ?? "other" : undefined,
  }));
  return needs.size ? all.sort((one, other) => ORDER.indexOf(one.need) - ORDER.indexOf(other.need)) : all;
}

/** The strongest need of each property over the classes that a subject has. */
function needsOf(types, vocabulary) {
  const needs = new Map();
  for (const { properties } of vocabulary.classes.filter((one) => types.includes(one.name))) {
    for (const { name, need } of properties) {
      const known = needs.get(name) ?? "other";
      needs.set(name, ORDER[Math.min(ORDER.indexOf(known), ORDER.indexOf(need))]);
    }
  }
  return needs;
}

function objects(place, vocabulary, language) {
  const isType = place.predicate === "a" || place.predicate === "rdf:type";
  return isType ? vocabulary.classes.map((one) => ({ ...described(one, language), kind: "class" })) : [];
}

function described({ name, label, about }, language) {
  return { text: name, prefix: name.split(":")[0], label: label[language] ?? label.en, labels: Object.values(label), about: about[language] ?? about.en };
}

const variables = (place) => place.variables.filter((one) => one !== place.word).map((text) => ({ text, kind: "variable" }));
const keywords = ({ word }) => (word ? KEYWORDS.map((text) => ({ text, kind: "keyword" })) : []);
const prefixNames = ({ word }, { prefixes }) =>
  word.includes(":") || !word ? [] : Object.entries(prefixes).map(([name, about]) => ({ text: `${name}:`, kind: "prefix", about, prefix: name }));
const missingPrefixes = (place, { prefixes }) =>
  Object.entries(prefixes).filter(([name]) => !place.prefixes.has(name)).map(([name, iri]) => ({ text: `${name}: <${iri}>`, kind: "prefix" }));

function matches({ text, labels = [] }, word) {
  const wanted = word.toLowerCase();
  if (!wanted) return true;
  if (/^[?$<]/.test(wanted)) return text.toLowerCase().startsWith(wanted);
  const names = [text, text.split(":")[1] ?? "", ...(wanted.includes(":") ? [] : labels)].map((one) => one.toLowerCase());
  return names.some((name, at) => (at < 2 ? name.startsWith(wanted) : name.includes(wanted))) || text.toLowerCase().includes(wanted);
}
