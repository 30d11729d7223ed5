// Ways to break the contract on purpose, each with a switch.

import { call, path } from "./api.js";
import { el } from "./dom.js";
import { toggle } from "./faults.js";
import { inTurn } from "./live.js";

const LEVELS = { must: "breaks a MUST", should: "breaks a SHOULD", may: "breaks a MAY", conforming: "keeps the contract" };

export class Deviations {
  constructor(app) {
    this.app = app;
    this.turn = inTurn();
    this.rows = [];
    this.search = el("input", { type: "search", placeholder: "Search deviations", "aria-label": "Search deviations", oninput: () => this.sift() });
    this.count = el("span", { class: "quiet", role: "status" });
    this.list = el("ul", { class: "switches" });
    this.element = el("section", { class: "card", "aria-label": "Deviations" }, el("div", { class: "toolbar" }, this.search, this.count), this.list);
  }

  async load() {
    const { deviations } = await call("GET", "/deviations");
    this.rows = deviations.map((one) => {
      const label = toggle(one.name, false, (on) => this.change(one.name, on));
      const item = el("li", {}, label, el("p", {}, one.does, " ", el("span", { class: "chip", "data-tone": one.level === "conforming" ? "grey" : "amber" }, LEVELS[one.level] ?? one.level)));
      return { ...one, item, box: label.querySelector("input") };
    });
    this.list.replaceChildren(...this.rows.map(({ item }) => item));
  }

  change(name, on) {
    const { world } = this.app;
    return this.turn(async () => {
      const { deviations } = await call("GET", pathOf(world));
      const names = deviations.map((one) => one.name).filter((other) => other !== name);
      await call("PUT", pathOf(world), { names: on ? [...names, name] : names });
      await this.show();
    });
  }

  refresh() {
    return this.turn(() => this.show());
  }

  async show() {
    if (!this.rows.length) await this.load();
    const { world } = this.app;
    const { deviations } = await call("GET", pathOf(world));
    if (world !== this.app.world) return;
    const on = new Set(deviations.map((one) => one.name));
    // A switch that a person has just moved waits for its turn, and stays as it was put.
    for (const row of this.rows) if (!row.box.disabled) row.box.checked = on.has(row.name);
    this.isOn = on.size;
    this.sift();
  }

  sift() {
    const needle = this.search.value.toLowerCase();
    for (const row of this.rows) row.item.hidden = !row.box.checked && !`${row.name} ${row.does}`.toLowerCase().includes(needle);
    if (this.rows.length) this.count.textContent = `${this.isOn} of ${this.rows.length} in force`;
  }
}

function pathOf(world) {
  return path(["worlds", world, "deviations"]);
}
