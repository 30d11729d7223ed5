// The records of a resource as a live table: only the page that is seen is asked for.

import { call, path } from "./api.js";
import { announce, arrange, button, el, select, setOptions } from "./dom.js";
import { readMoment, readPointer, shortenKey, showCount, showMoment, showValue, toneOf } from "./format.js";

const ROWS = 25;
// With the key, the state and what comes next; all other members are shown with the record.
const MOST_COLUMNS = 6;

/** Return a state as a coloured chip. */
export function chip(lifecycle, state) {
  return el("span", { class: "chip", "data-tone": toneOf(lifecycle, state) }, state);
}

export class Records {
  constructor(app) {
    this.app = app;
    this.page = 0;
    this.rows = new Map();
    this.resource = select("Resource", [], "", (name) => app.go({ resource: name, state: "", record: "" }));
    this.state = select("State", [["", "Any state"]], "", (state) => app.go({ state }));
    this.search = el("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search keys and values",
      title: "Search keys and values",
      oninput: () => {
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.turn(0), 200);
      },
    });
    this.make = button("Make one", () => this.create());
    this.caption = el("caption", { class: "hidden" });
    this.head = el("tr");
    this.body = el("tbody");
    this.empty = el("p", { class: "empty", hidden: true });
    this.before = button("Newer", () => this.turn(this.page - 1), { disabled: true });
    this.after = button("Older", () => this.turn(this.page + 1), { disabled: true });
    this.position = el("span", { class: "quiet", role: "status" });
    const table = el("table", {}, this.caption, el("thead", {}, this.head), this.body);
    this.parts = [
      el("div", { class: "toolbar" }, this.resource, this.state, this.search, this.make),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of records" }, table),
      el("div", { class: "toolbar pager" }, this.position, el("span", { class: "spring" }), this.before, this.after),
    ];
    const [toolbar, rows, pager] = this.parts;
    this.element = el("section", { class: "card records", "aria-label": "Records" }, toolbar, rows, this.empty, pager);
  }

  async turn(page) {
    this.page = Math.max(0, page);
    await this.refresh().catch(announce);
  }

  async create() {
    const body = this.app.state ? { state: this.app.state } : {};
    const made = await call("POST", path(["worlds", this.app.world, "records", this.app.resource.name]), body);
    this.page = 0;
    announce(`Made ${this.app.resource.name} ${made.key}.`);
    this.app.refreshAll();
  }

  /** Show another resource, world or state. */
  begin() {
    const { resource, contract } = this.app;
    for (const part of this.parts) part.hidden = !resource;
    if (!resource) {
      this.empty.hidden = false;
      this.empty.textContent = "This API has no records. The requests that it gets are on the next tab.";
      return;
    }
    setOptions(this.resource, contract.resources.map(({ name }) => [name, name]), resource.name);
    this.resource.hidden = contract.resources.length < 2;
    const states = resource.lifecycle?.states ?? [];
    setOptions(this.state, [["", "Any state"], ...states.map((state) => [state, state])], this.app.state);
    this.state.hidden = states.length === 0;
    this.page = 0;
    this.rows.clear();
    this.columns = chooseColumns(resource);
    const names = this.columns.map((column) => el("th", { scope: "col" }, column.name));
    if (states.length) names.splice(2, 0, el("th", { scope: "col" }, "Next"));
    this.head.replaceChildren(...names);
    this.body.replaceChildren();
  }

  /** The path of what is shown in the control API. */
  get address() {
    const { world, resource, state } = this.app;
    const query = { state, search: this.search.value, order: "newest", limit: ROWS, offset: this.page * ROWS };
    return path(["worlds", world, "records", resource.name], query);
  }

  async refresh() {
    const { address } = this;
    const answer = await call("GET", address);
    if (address !== this.address) return;
    if (!answer.records.length && this.page > 0) {
      await this.turn(Math.ceil(answer.found / ROWS) - 1);
      return;
    }
    this.show(answer);
    this.app.diagram.count(answer.counts);
    const [first] = answer.records;
    this.first = first && [first.scope, first.key];
  }

  show({ records, found }) {
    const known = this.rows;
    this.rows = new Map();
    const rows = records.map((record) => {
      const name = JSON.stringify([record.scope, record.key]);
      const text = JSON.stringify(record);
      const before = known.get(name);
      const row = before?.text === text ? before : { text, element: this.render(record, name, before) };
      this.rows.set(name, row);
      return row.element;
    });
    const focused = document.activeElement?.closest("tr")?.dataset.name;
    arrange(this.body, rows);
    if (focused && document.activeElement === document.body) this.find(focused)?.focus();
    this.mark();
    this.app.tick();
    const first = this.page * ROWS;
    this.caption.textContent = `${this.app.resource.name} of the world ${this.app.world}`;
    this.empty.hidden = found > 0;
    this.empty.textContent = this.search.value || this.app.state ? "No record fits." : "There are no records yet.";
    this.position.textContent = found ? `${showCount(first + 1)}–${showCount(first + records.length)} of ${showCount(found)}` : "";
    this.before.disabled = this.page === 0;
    this.after.disabled = first + records.length >= found;
  }

  render(record, name, before) {
    const { lifecycle } = this.app.resource;
    const cells = this.columns.map((column, at) => {
      const value = readPointer(record.record, column.pointer);
      if (at === 0) {
        const key = showValue(value ?? record.key);
        const open = el("button", { type: "button", class: "link", title: key, onclick: () => this.app.open(record) }, shortenKey(key));
        return el("th", { scope: "row" }, open);
      }
      if (lifecycle?.places[0] === column.pointer) return el("td", {}, chip(lifecycle, record.state));
      const moment = column.unit ? readMoment(value, column.unit) : null;
      if (moment !== null) return el("td", { class: "moment" }, showMoment(moment));
      return el("td", { class: column.types.includes("string") ? "text" : "number", dir: "auto", title: showValue(value) }, showValue(value));
    });
    if (lifecycle?.states.length) {
      const next = record.next;
      const cell = el("td", { class: "next" });
      if (next) cell.append(next.to ?? "gone", " ", el("span", { class: "quiet distance", "data-at": Date.parse(next.at) }));
      cells.splice(2, 0, cell);
    }
    const changed = before && JSON.parse(before.text).state !== record.state;
    const row = el("tr", { "data-name": name, class: changed ? "changed" : "" }, cells);
    row.addEventListener("click", (event) => {
      if (!event.target.closest("button") && !getSelection().toString()) this.app.open(record);
    });
    return row;
  }

  find(name) {
    return this.rows.get(name)?.element.querySelector("button");
  }

  /** Mark the record that is open. */
  mark() {
    for (const [name, { element }] of this.rows) {
      if (name === this.app.record) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    }
  }

}

/** Return the members that are shown: the key, the state, and what tells most. */
function chooseColumns(resource) {
  const { columns, key, lifecycle } = resource;
  const places = lifecycle?.places ?? [];
  const named = (pointer) => columns.find((column) => column.pointer === pointer) ?? { name: pointer.slice(1), pointer, types: [], unit: null, values: [] };
  const first = [key ? named(key) : { name: "record", pointer: "/-", types: [], unit: null }];
  if (places.length) first.push(places.length > 1 ? { ...named(places[0]), name: "state" } : named(places[0]));
  const taken = new Set([...first.map((column) => column.pointer), ...places]);
  const rest = columns.filter((column) => !taken.has(column.pointer));
  const rank = (column) => {
    if (column.types.includes("object") || column.types.includes("array")) return 4;
    if (column.values.length === 1) return 3;
    if (/url|href|link|_id$|Id$/.test(column.name) && !/reference|user/i.test(column.name)) return 2;
    return 0;
  };
  const best = rest.map((column, at) => ({ column, at })).sort((a, b) => rank(a.column) - rank(b.column) || a.at - b.at);
  const chosen = new Set(best.slice(0, MOST_COLUMNS - first.length - (places.length ? 1 : 0)).map(({ column }) => column));
  return [...first, ...rest.filter((column) => chosen.has(column))];
}
