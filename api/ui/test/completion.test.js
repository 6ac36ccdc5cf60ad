// What the editor offers, and where.
import assert from "node:assert/strict";
import test from "node:test";
import { place } from "../src/workbench/parsing.js";
import { suggestions } from "../src/workbench/suggesting.js";

const VOCABULARY = {
  prefixes: { num: "https://w3id.org/numgraph/ontology#", skos: "http://www.w3.org/2004/02/skos/core#" },
  classes: [
    { name: "num:Event", label: { en: "event", de: "Veranstaltung" }, about: {}, properties: [{ name: "num:eventDate", need: "mandatory" }, { name: "num:goal", need: "optional" }] },
    { name: "num:Person", label: { en: "person", de: "Person" }, about: {}, properties: [{ name: "num:email", need: "recommended" }] },
  ],
  properties: [
    { name: "num:email", label: { en: "e-mail address", de: "E-Mail-Adresse" }, about: {}, expects: ["xsd:string"] },
    { name: "num:eventDate", label: { en: "date of the event", de: "Datum der Veranstaltung" }, about: {}, expects: ["xsd:date"] },
    { name: "num:goal", label: { en: "goal", de: "Ziel" }, about: {}, expects: [] },
    { name: "skos:prefLabel", label: { en: "name", de: "Name" }, about: {}, expects: [] },
  ],
};

/** The place and the offered texts where `|` stands in the query. */
function at(marked, language = "en") {
  const here = place(marked.replace("|", ""), marked.indexOf("|"));
  return { here, offered: suggestions(here, VOCABULARY, language) };
}
const texts = (found) => found.offered.map((one) => one.text);

test("a class's mandatory property comes first, and says that it is", () => {
  const found = at("SELECT * WHERE { ?e a num:Event ; | }");
  assert.equal(found.here.expects, "predicate");
  assert.deepEqual([found.offered[0].text, found.offered[0].need], ["num:eventDate", "mandatory"]);
  assert.equal(found.offered.find((one) => one.text === "num:goal").need, "optional");
  assert.equal(found.offered.find((one) => one.text === "num:email").need, "other");
});

test("the class may be said further down, and several classes of a subject count together", () => {
  assert.equal(at("SELECT * { ?e num:| ?x . ?e a num:Event, num:Person }").offered[0].text, "num:eventDate");
  assert.equal(at("SELECT * { ?e num:| ?x . ?e a num:Event, num:Person }").offered[1].need, "recommended");
});

test("after `a` come classes, found by their label in either language", () => {
  assert.deepEqual(texts(at("SELECT * { ?e a veranst| }")), ["num:Event"]);
  assert.deepEqual(texts(at("SELECT * { ?e a num:| }")), ["num:Event", "num:Person"]);
});

test("a subject of another type, or none, is offered all properties without a need", () => {
  assert.equal(at("SELECT * { ?e a num:Event . ?other num:| }").offered[0].need, undefined);
});

test("prefixes that are not declared yet are offered after PREFIX", () => {
  assert.deepEqual(texts(at("PREFIX num: <https://w3id.org/numgraph/ontology#>\nPREFIX sk|")), ["skos: <http://www.w3.org/2004/02/skos/core#>"]);
});

test("variables of the query are offered where a term may stand", () => {
  assert.deepEqual(texts(at("SELECT ?event WHERE { ?event a num:Event . ?e| }")), ["?event"]);
});

test("inside an anonymous node the properties are those of the node, and after it those of the subject", () => {
  assert.equal(at("SELECT * { ?p num:leads [ a num:Event ; | ] }").offered[0].text, "num:eventDate");
  assert.equal(at("SELECT * { ?p a num:Person ; num:leads [ a num:Event ] ; | }").offered[0].text, "num:email");
});

test("a path goes on with a property", () => {
  assert.equal(at("SELECT * { ?p num:leads/| }").here.expects, "predicate");
  assert.equal(at("SELECT * { ?p num:leads/skos:pref| }").here.expects, "predicate");
});

test("nothing is offered inside a comment, and a hash in an IRI begins none", () => {
  assert.equal(at("SELECT * { # num:|").here.expects, "nothing");
  assert.equal(at("PREFIX num: <https://w3id.org/numgraph/ontology#> SELECT * { ?e a | }").here.predicate, "a");
});

test("groups, filters and braces do not lose the place", () => {
  assert.equal(at("SELECT * { FILTER(?a = 1) OPTIONAL { ?e a num:Event } ?e | }").offered[0].text, "num:eventDate");
  assert.equal(at("SELECT * { GRAPH ?g { ?e | } ?e a num:Event }").offered[0].text, "num:eventDate");
});

test("no query, however broken, breaks the reading", () => {
  for (const query of ["}}}|", "]|", "{{{ ( [|", '"unfinished|', "<|", "SELECT * { ?e a 'x|", "PREFIX|", "PREFIX :|"]) at(query);
});
