// The answer as a table: sorted by a click on a column, filtered by words, a hundred rows at a time.
import { h } from "./dom.js";
import { say, figure } from "./settings.js";
import { isNumber, shown, sortable, text } from "./terms.js";

const PAGE = 100;

export class Table {
  constructor(answer, names) {
    Object.assign(this, { answer, names, page: 0, sorted: null, descending: false, words: "", plain: false });
    this.found = answer.rows;
    this.body = h("tbody");
    this.heads = answer.variables.map((name) => this.head(name));
    this.pager = h("nav", { class: "pager", "aria-label": say("pages") });
    this.count = h("p", { class: "small muted", role: "status" });
    this.table = h("table", {}, h("thead", {}, h("tr", {}, this.heads)), this.body);
    this.frame = h("div", { class: "table", tabindex: "0", role: "region", "aria-label": say("table") }, this.table);
    this.element = h("div", {}, this.tools(), this.frame, this.count, this.pager);
    this.draw();
  }

  head(name) {
    return h("th", { scope: "col", "aria-sort": "none" }, h("button", { type: "button", onclick: () => this.sort(name) }, name, h("span", { class: "arrow", "aria-hidden": "true" })));
  }

  tools() {
    const filter = h("input", { type: "search", id: "filter", autocomplete: "off", oninput: (event) => this.filter(event.target.value) });
    const plain = h("input", { type: "checkbox", onchange: (event) => ((this.plain = event.target.checked), this.draw()) });
    return h("div", { class: "tools" }, h("label", { for: "filter" }, say("filter")), filter, h("label", { class: "check" }, plain, say("plain")));
  }

  sort(name) {
    this.descending = this.sorted === name && !this.descending;
    this.sorted = name;
    this.page = 0;
    const order = new Intl.Collator(undefined, { numeric: true });
    const compare = (one, other) => (typeof one === "number" && typeof other === "number" ? one - other : order.compare(one, other));
    const keyed = this.found.map((row) => [row[name] ? sortable(row[name], this.names) : null, row]);
    keyed.sort(([one], [other]) => {
      if (one === null || other === null) return (one === null) - (other === null); // the unbound go last, whichever way
      return this.descending ? compare(other, one) : compare(one, other);
    });
    this.found = keyed.map(([, row]) => row);
    this.draw();
  }

  filter(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const said = (row) => Object.values(row).map((term) => `${text(term, this.names)} ${term.value}`).join(" ").toLowerCase();
    this.found = this.answer.rows.filter((row) => {
      const all = wanted.length && said(row);
      return wanted.every((word) => all.includes(word));
    });
    this.page = 0;
    const { sorted, descending } = this;
    if (!sorted) return this.draw();
    this.descending = !descending;
    this.sort(sorted);
  }

  draw() {
    const first = this.page * PAGE;
    this.answer.variables.forEach((name, at) => {
      const order = this.sorted !== name ? "none" : this.descending ? "descending" : "ascending";
      this.heads[at].setAttribute("aria-sort", order);
    });
    this.body.replaceChildren(...this.found.slice(first, first + PAGE).map((row) => this.row(row)));
    const { length } = this.found;
    const all = this.answer.rows.length;
    this.count.textContent = length < all ? say("filtered", { count: figure.format(length), all: figure.format(all) }) : "";
    this.drawPager(Math.ceil(length / PAGE));
  }

  row(row) {
    return h("tr", {}, this.answer.variables.map((name) => h("td", { class: isNumber(row[name]) && "num" }, shown(row[name], this.names, this.plain))));
  }

  drawPager(pages) {
    this.pager.hidden = pages < 2;
    const turn = (by) => () => ((this.page += by), this.draw(), this.frame.focus());
    this.pager.replaceChildren(
      h("button", { type: "button", class: "second", disabled: this.page === 0, onclick: turn(-1) }, say("previous")),
      h("span", { class: "small muted" }, say("page_of", { page: figure.format(this.page + 1), pages: figure.format(pages) })),
      h("button", { type: "button", class: "second", disabled: this.page >= pages - 1, onclick: turn(1) }, say("next")),
    );
  }
}
