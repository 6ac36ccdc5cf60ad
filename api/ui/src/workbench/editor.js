// The SPARQL editor: YASQE (of Zazuko's YASGUI) for colours, brackets and its syntax check; completion is ours.
//
// YASGUI as a whole cannot live here: its result views insert <style> elements, which the site's Content-Security-Policy
// forbids, it asks prefix.cc and Linked Open Vocabularies for completions, and it knows no labels. YASQE by itself was
// tested under the policy: CodeMirror sets its styles through the CSSOM, which `style-src 'self'` allows.
import Yasqe from "@zazuko/yasqe";
import { h } from "./dom.js";
import { place } from "./parsing.js";
import { language, say, terms } from "./settings.js";
import { suggestions } from "./suggesting.js";

const INDENT = 2;
const SHOWN_PREFIXES = 4;

/** An editor in place of `textarea`, which it keeps filled; `run` and `leave` are what Ctrl+Enter and Escape do. */
export class Editor {
  constructor(textarea, { run, leave, change }) {
    this.textarea = textarea;
    this.vocabulary = null;
    this.marked = null;
    const place = h("div", { class: "editor" });
    textarea.before(place);
    textarea.hidden = true;
    textarea.form.querySelector(`label[for="${textarea.id}"]`)?.remove();
    this.yasqe = new Yasqe(place, options(textarea.value));
    this.yasqe.setOption("highlightSelectionMatches", { minChars: 3 }); // what is selected, not the word at the cursor
    this.yasqe.setOption("extraKeys", this.keys(run, leave));
    this.yasqe.on("change", () => {
      textarea.value = this.value;
      this.unmark();
      change();
    });
    this.fold();
    this.yasqe.on("inputRead", (_, { origin, text }) => this.offerWhileTyping(origin, text));
    this.yasqe.getInputField().setAttribute("aria-describedby", "editor-keys");
    fetch(terms).then((answer) => answer.json()).then((found) => (this.vocabulary = found)).catch(() => {}); // without it, no completion
  }

  get value() {
    return this.yasqe.getValue();
  }

  /** Another query in the editor; undo brings the present one back. */
  set value(text) {
    const last = this.yasqe.lineCount() - 1;
    this.yasqe.replaceRange(text, { line: 0, ch: 0 }, { line: last, ch: this.yasqe.getLine(last).length }, "*example");
    this.fold();
  }

  /** A long list of prefixes becomes one line, which a click opens. */
  fold() {
    if (this.value.match(/^PREFIX /gm)?.length > SHOWN_PREFIXES) this.yasqe.collapsePrefixes(true);
  }

  focus() {
    this.yasqe.focus();
  }

  keys(run, leave) {
    return {
      "Ctrl-Enter": run, "Cmd-Enter": run, "Shift-Ctrl-Enter": run,
      "Ctrl-Space": () => this.offer(), "Alt-Space": () => this.offer(),
      "Ctrl-/": () => this.yasqe.commentLines(), "Cmd-/": () => this.yasqe.commentLines(),
      Tab: (editor) => (editor.somethingSelected() ? editor.indentSelection("add") : editor.replaceSelection(" ".repeat(INDENT))),
      "Shift-Tab": (editor) => editor.indentSelection("subtract"),
      Esc: leave,
    };
  }

  offerWhileTyping(origin, text) {
    if (origin !== "+input" || text.length > 1 || !/[\w:?$]/.test(text[0])) return;
    const here = this.place();
    if (here.word.length < 2 || here.expects === "solution" || here.word.startsWith("<")) return;
    setTimeout(() => this.offer()); // once the editor has drawn the character
  }

  place() {
    return place(this.value, this.yasqe.indexFromPos(this.yasqe.getCursor()));
  }

  offer() {
    if (!this.vocabulary) return;
    this.yasqe.showHint({ hint: () => this.hints(), completeSingle: false, container: document.querySelector("main"), closeCharacters: /[\s()[\]{};,>]/ });
  }

  hints() {
    const here = this.place();
    const [from, to] = [this.yasqe.posFromIndex(here.start), this.yasqe.getCursor()];
    const list = suggestions(here, this.vocabulary, language).map((one) => ({
      ...one, render: (element) => render(element, one), hint: () => this.insert(one, from, to, here),
    }));
    return { list, from, to };
  }

  insert({ text, kind, prefix }, from, to, { prefixes }) {
    this.yasqe.replaceRange(text, from, to, "complete");
    const iri = this.vocabulary.prefixes[prefix];
    if (iri && kind !== "keyword" && !prefixes.has(prefix)) this.yasqe.addPrefixes({ [prefix]: iri });
  }

  /** Marks where the server's parser stopped; `line` and `column` count from 1. */
  mark(line, column) {
    this.unmark();
    const at = Math.min(Math.max(line - 1, 0), this.yasqe.lineCount() - 1);
    this.yasqe.addLineClass(at, "background", "faulty");
    this.yasqe.addLineClass(at, "gutter", "faulty");
    const start = { line: at, ch: Math.max(0, (column ?? 1) - 1) };
    const text = this.yasqe.markText(start, { line: at, ch: start.ch + 1 }, { className: "faulty-at" });
    this.marked = { handle: this.yasqe.getLineHandle(at), text, start };
    this.yasqe.scrollIntoView(start, 60);
    this.yasqe.getInputField().setAttribute("aria-invalid", "true");
  }

  unmark() {
    if (!this.marked) return;
    for (const where of ["background", "gutter"]) this.yasqe.removeLineClass(this.marked.handle, where, "faulty");
    this.marked.text.clear();
    this.marked = null;
    this.yasqe.getInputField().removeAttribute("aria-invalid");
  }

  /** Puts the cursor where the mark is. */
  goToMark() {
    if (this.marked) this.yasqe.setCursor(this.marked.start);
    this.focus();
  }
}

function options(value) {
  return {
    value, persistenceId: null, showQueryButton: false, createShareableLink: null, consumeShareLink: null,
    autocompleters: [], prefixCcApi: null, resizeable: false, editorHeight: "auto", collapsePrefixesOnLoad: false,
    lineWrapping: true, tabSize: INDENT, indentUnit: INDENT, screenReaderLabel: say("editor"), viewportMargin: 40,
  };
}

function render(element, suggestion) {
  element.parentNode.setAttribute("aria-label", say("suggestions"));
  element.append(...drawn(suggestion));
}

/** A suggestion as a line: its name, what it is called, how much the shapes need it, what it expects. */
function* drawn({ text, label, need, expects, kind, about }) {
  yield h("span", { class: "name" }, text);
  if (label) yield h("span", { class: "label" }, label);
  if (need && need !== "other") yield h("span", { class: `need ${need}` }, say(`need_${need}`));
  if (expects?.length) yield h("span", { class: "expects" }, expects.length > 2 ? `${expects.slice(0, 2).join(", ")} …` : expects.join(", "));
  else if (kind === "prefix" && about) yield h("span", { class: "expects" }, about);
}
