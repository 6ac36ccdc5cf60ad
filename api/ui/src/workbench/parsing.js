// A light reading of SPARQL, enough to know at the cursor what may come next. It never fails: people are still typing.

const TOKEN = new RegExp(
  [
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<iri><[^<>"{}|^\x60\\\s]*>)`,
    String.raw`(?<string>"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)`,
    String.raw`(?<variable>[?$]\w+)`,
    String.raw`(?<prefixed>[A-Za-z][\w-]*:[\w.:-]*[\w:-]|[A-Za-z][\w-]*:|:[\w-]*)`,
    String.raw`(?<word>@?[A-Za-z][\w-]*)`,
    String.raw`(?<number>[+-]?\d[\d.]*)`,
    String.raw`(?<mark>\^\^|[{}()[\].;,/|^*+?!=<>&-])`,
  ].join("|"),
  "gu",
);

const TERMS = new Set(["iri", "string", "variable", "prefixed", "number"]);

/** The tokens of a query, each `{ kind, text, start, end }`; comments are left out. */
export function tokens(text) {
  return [...text.matchAll(TOKEN)]
    .map((found) => {
      const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined);
      return { kind, text: found[0], start: found.index, end: found.index + found[0].length };
    })
    .filter((token) => token.kind !== "comment");
}

/** Goes through a query token by token; `state` says what may come next, `types` what each subject is. */
export class Reading {
  constructor() {
    this.levels = [level()];
    this.types = new Map();
    this.prefixes = new Map();
    this.variables = new Set();
    this.anonymous = 0;
    this.before = null;
  }

  get state() {
    return this.levels.at(-1);
  }

  read(text) {
    for (const token of tokens(text)) {
      this.take(token);
      this.before = token;
    }
    return this;
  }

  take(token) {
    if (token.kind === "variable") this.variables.add(token.text);
    if (token.kind === "mark") this.takeMark(token.text);
    else if (token.kind === "word" && token.text !== "a" && !token.text.startsWith("@")) this.takeKeyword(token.text.toUpperCase());
    else if (TERMS.has(token.kind) || token.text === "a") this.takeTerm(token.text);
  }

  takeMark(mark) {
    const state = this.state;
    if (mark === "{") this.levels.push(level("subject"));
    else if (mark === "(") this.levels.push(level("expression"));
    else if (mark === "[") this.levels.push({ ...level("predicate"), subject: `[${(this.anonymous += 1)}` });
    else if ("})]".includes(mark)) this.close(mark);
    else if (state.expects === "expression") return;
    else if (mark === ".") Object.assign(state, level("subject"));
    else if (mark === ";") state.expects = "predicate";
    else if (mark === ",") state.expects = "object";
    else if (state.expects === "object" && "/|^".includes(mark)) state.expects = "predicate";
  }

  close(mark) {
    const closed = this.levels.length > 1 ? this.levels.pop() : this.state;
    if (mark === "]") this.takeTerm(closed.subject);
    else if (mark === "}") Object.assign(this.state, level(this.levels.length > 1 ? "subject" : "solution"));
  }

  takeKeyword(word) {
    const state = this.state;
    if (word === "PREFIX") state.expects = "prefix";
    else if (word === "BASE") state.expects = "base";
    else if (word === "GRAPH" || word === "SERVICE") state.expects = "graph";
    else if (["SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "WHERE", "FROM", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET"].includes(word)) state.expects = "solution";
    else if (["FILTER", "BIND", "VALUES", "OPTIONAL", "UNION", "MINUS", "LATERAL"].includes(word)) state.expects = "subject";
  }

  takeTerm(term) {
    const state = this.state;
    if (state.expects === "prefix") this.takePrefix(term);
    else if (state.expects === "graph") state.expects = "subject";
    else if (state.expects === "subject" || state.expects === "end") Object.assign(state, { subject: term, expects: "predicate" });
    else if (state.expects === "predicate") Object.assign(state, { predicate: term, expects: "object" });
    else if (state.expects === "object") this.takeObject(term);
  }

  takePrefix(term) {
    if (term.startsWith("<")) {
      this.prefixes.set(this.before?.text.replace(/:$/, "") ?? "", term.slice(1, -1));
      this.state.expects = "solution";
    }
  }

  takeObject(term) {
    const { subject, predicate } = this.state;
    if (predicate === "a" || predicate === "rdf:type") this.types.set(subject, [...(this.types.get(subject) ?? []), term]);
    this.state.expects = "end";
  }
}

const level = (expects = "solution") => ({ expects, subject: null, predicate: null });

const WORD = /(?:[?$]\w*|<[^<>\s]*|[A-Za-z][\w-]*(?::[\w.-]*)?|:[\w-]*)$/u;

/** What stands at `offset`: the word being typed and its `start`, and what the place `expects` of which subject. */
export function place(text, offset) {
  const before = text.slice(0, offset);
  const word = isInComment(before) ? "" : (WORD.exec(before)?.[0] ?? "");
  const here = new Reading().read(before.slice(0, before.length - word.length));
  const whole = new Reading().read(text);
  const { expects, subject, predicate } = here.state;
  return {
    word, start: offset - word.length, expects: isInComment(before) ? "nothing" : expects, subject, predicate,
    types: whole.types.get(subject) ?? [], prefixes: whole.prefixes, variables: [...whole.variables],
  };
}

/** Whether the end of `before` is inside a comment: a `#` on its line that belongs to no IRI and no string. */
function isInComment(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return [...line.matchAll(TOKEN)].some((found) => found.groups.comment !== undefined);
}
