// What goes wrong on purpose: faults with a switch each, and the scenarios of the fixtures.

import { call, path } from "./api.js";
import { announce, button, el, select, setOptions } from "./dom.js";
import { inTurn } from "./live.js";

// Each effect, with the parameter that a person is asked for.
const EFFECTS = {
  status: { label: "Answer with a status", field: "Status", type: "number", value: "503", make: (value) => ({ status: Number(value) }) },
  delay: { label: "Answer late", field: "By", value: "2s", make: (duration) => ({ duration }) },
  "rate-limit": { label: "Limit the rate", field: "Calls a minute", type: "number", value: "10", make: (calls) => ({ calls: Number(calls), window: "1m" }) },
  reset: { label: "Reset the connection", field: null, make: () => ({}) },
  truncate: { label: "Cut the body off", field: null, make: () => ({}) },
  malformed: { label: "Break the JSON", field: null, make: () => ({}) },
  drip: { label: "Send drop by drop", field: "A drop every", value: "100ms", make: (every) => ({ every }) },
};

/** Return a switch: a checkbox that looks like one. */
export function toggle(label, isOn, change) {
  const box = el("input", { type: "checkbox", role: "switch", checked: isOn });
  box.addEventListener("change", async () => {
    box.disabled = true;
    try {
      await change(box.checked);
    } catch (error) {
      box.checked = !box.checked;
      announce(error);
    } finally {
      box.disabled = false;
      box.focus();
    }
  });
  return el("label", { class: "switch" }, box, el("span", {}, label));
}

export class Faults {
  constructor(app) {
    this.app = app;
    this.turn = inTurn();
    // Those that were switched off here, so that they can be switched on again.
    this.off = new Map();
    // Those that a person has just switched on or off, while the server is told.
    this.moved = new Map();
    this.kind = select("What happens", Object.entries(EFFECTS).map(([kind, { label }]) => [kind, label]), "status", () => this.ask());
    this.value = el("input", { class: "short" });
    this.label = el("label", { class: "row" }, el("span"), this.value);
    this.operation = select("Operation", [["", "Any operation"]], "", () => {});
    this.list = el("ul", { class: "switches" });
    this.scenarios = el("div", { class: "row" });
    this.scenariosTitle = el("h3", {}, "Scenarios");
    const add = el("button", { type: "submit", class: "primary" }, "Add the fault");
    const form = el("form", { class: "toolbar" }, this.kind, this.label, this.operation, add);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add().catch(announce);
    });
    this.element = el(
      "section",
      { class: "card", "aria-label": "Faults" },
      form,
      this.list,
      this.scenariosTitle,
      this.scenarios,
    );
    this.ask();
  }

  ask() {
    const effect = EFFECTS[this.kind.value];
    this.label.hidden = effect.field === null;
    this.label.firstChild.textContent = effect.field ?? "";
    this.value.type = effect.type ?? "text";
    this.value.value = effect.value ?? "";
  }

  begin() {
    setOptions(this.operation, [["", "Any operation"], ...this.app.contract.operations.map(({ name }) => [name, name])], this.operation.value);
    this.off.clear();
    this.text = "";
  }

  async add() {
    const kind = this.kind.value;
    const rule = { effect: { kind, ...EFFECTS[kind].make(this.value.value) } };
    if (this.operation.value) rule.operation = this.operation.value;
    await this.change((below) => call("POST", below("faults"), rule));
  }

  /** Make a change of the world that is shown, and show what became of it. */
  change(make) {
    const { world } = this.app;
    return this.turn(async () => {
      try {
        await make((...rest) => path(["worlds", world, ...rest]));
      } finally {
        await this.show();
      }
    });
  }

  refresh() {
    return this.turn(() => this.show());
  }

  async show() {
    const { world } = this.app;
    const [{ faults }, { scenarios }] = await Promise.all(["faults", "scenarios"].map((what) => call("GET", path(["worlds", world, what]))));
    if (world !== this.app.world) return;
    const names = faults.map(({ fault }) => fault.name);
    for (const name of names) this.off.delete(name);
    const text = JSON.stringify([faults, scenarios, [...this.off.keys()], [...this.moved]]);
    if (text === this.text) return;
    this.text = text;
    const focused = document.activeElement?.closest("[data-fault]")?.dataset.fault;
    const items = [...faults.map((one) => this.render(one, true)), ...[...this.off.values()].map((one) => this.render(one, false))];
    this.list.replaceChildren(...(items.length ? items : [el("li", { class: "empty" }, "Nothing goes wrong on purpose.")]));
    if (focused) this.list.querySelector(`[data-fault="${CSS.escape(focused)}"] input`)?.focus();
    this.scenariosTitle.hidden = scenarios.length === 0;
    this.scenarios.replaceChildren(...scenarios.map(({ name }) => button(`Start ${name}`, () => this.change((below) => call("POST", below("scenarios", name))))));
  }

  move(one, on) {
    const { name } = one.fault;
    this.moved.set(name, on);
    return this.change(async (below) => {
      try {
        if (on) await call("POST", below("faults"), one.fault);
        else {
          await call("DELETE", below("faults", name));
          this.off.set(name, one);
        }
      } finally {
        this.moved.delete(name);
      }
    });
  }

  render(one, isOn) {
    const { fault } = one;
    return el(
      "li",
      { "data-fault": fault.name },
      toggle(fault.name, this.moved.get(fault.name) ?? isOn, (on) => this.move(one, on)),
      el("p", {}, describe(fault), el("span", { class: "quiet" }, ` ${fault.operation ? `at ${fault.operation}` : "at any operation"}; ${one.matched ? `fired ${one.fired} of ${one.matched} times` : "no such request yet"}`)),
    );
  }
}

function describe({ effect, nth, probability, times }) {
  const { kind, ...rest } = effect;
  const told = Object.entries({ ...rest, nth, probability, times })
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return [EFFECTS[kind]?.label ?? kind, ...told].join(", ");
}
