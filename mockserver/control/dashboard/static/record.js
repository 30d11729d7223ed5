// One record: its members, the moves that it can make, and what became of it and will.

import { call, path } from "./api.js";
import { button, el } from "./dom.js";
import { readMoment, showMoment, showValue } from "./format.js";
import { chip } from "./records.js";

export class RecordPanel {
  constructor(app) {
    this.app = app;
    this.title = el("h2", { tabindex: "-1", id: "record-title" });
    this.content = el("div");
    this.element = el(
      "aside",
      { class: "card record", "aria-labelledby": "record-title", hidden: true },
      el("div", { class: "toolbar" }, this.title, el("span", { class: "spring" }), button("Close", () => this.app.close(), { class: "plain" })),
      this.content,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.app.close();
    });
  }

  /** The path of the record in the control API, with what follows it. */
  path(...rest) {
    const { world, resource } = this.app;
    const [scope, key] = JSON.parse(this.app.record);
    const query = { path: resource.scope.map((name, at) => `${name}=${scope[at]}`) };
    return path(["worlds", world, "records", resource.name, String(key), ...rest], query);
  }

  async refresh() {
    const { record } = this.app;
    this.element.hidden = !record;
    if (!record) return;
    let told;
    try {
      told = await call("GET", this.path("timeline"));
    } catch (error) {
      if (error.status !== 404) throw error;
      this.title.textContent = "This record is gone";
      this.content.replaceChildren();
      return;
    }
    if (record !== this.app.record) return;
    const text = JSON.stringify(told);
    if (text === this.text) return;
    this.text = text;
    this.show(told);
  }

  show({ record, steps }) {
    const { resource } = this.app;
    const focused = document.activeElement?.dataset?.move;
    this.title.textContent = `${resource.name} ${record.key}`;
    this.content.replaceChildren(
      ...(resource.lifecycle ? [this.renderMoves(record), ...renderSteps(resource.lifecycle, steps)] : []),
      el("h3", {}, "Members"),
      renderMembers(record.record, resource.columns),
    );
    this.app.tick();
    if (focused) (this.content.querySelector(`[data-move="${CSS.escape(focused)}"]`) ?? this.title).focus();
  }

  renderMoves(record) {
    const { lifecycle } = this.app.resource;
    const moves = lifecycle.moves
      .filter((move) => move.from.includes(record.state))
      .flatMap((move) => move.to.map((to) => ({ ...move, to })));
    const buttons = moves.map((move) =>
      button(
        [el("b", {}, move.event), ` → ${move.to ?? "gone"}`],
        async () => {
          await call("POST", this.path("transition"), { to: move.to });
          this.app.refreshAll();
        },
        { "data-move": `${move.event} ${move.to}`, title: move.by === "server" ? "The server makes this move by itself" : `Clients make this move by ${move.by}` },
      ),
    );
    return el(
      "div",
      { class: "moves" },
      el("p", { class: "row" }, chip(lifecycle, record.state), buttons.length ? null : el("span", { class: "quiet" }, "No move leaves this state.")),
      buttons.length ? el("div", { class: "row", role: "group", "aria-label": "Moves" }, buttons) : null,
    );
  }
}

function renderSteps(lifecycle, steps) {
  const maker = { server: "by the server", test: "by the control API", "": "" };
  const items = steps.map((step) => {
    const by = step.by in maker ? maker[step.by] : `by ${step.by}`;
    const what = step.to === null ? "gone" : step.from === null && step.event === "made" ? "made" : null;
    return el(
      "li",
      { class: step.due ? "due" : "past" },
      el("p", { class: "row" }, what ? el("b", {}, what) : null, step.to ? chip(lifecycle, step.to) : null, step.event && !what ? el("span", {}, step.event) : null, el("span", { class: "quiet" }, by + (step.entry ? ` (request ${step.entry})` : ""))),
      el("p", { class: "quiet" }, el("time", { datetime: step.at }, showMoment(Date.parse(step.at))), " · ", el("span", { class: "distance", "data-at": Date.parse(step.at) })),
    );
  });
  return [el("h3", {}, "Timeline"), el("ol", { class: "timeline" }, items)];
}

function renderMembers(members, columns) {
  const units = Object.fromEntries(columns.map((column) => [column.name, column.unit]));
  return el(
    "dl",
    { class: "members" },
    Object.entries(members).map(([name, value]) => {
      const moment = units[name] ? readMoment(value, units[name]) : null;
      const shown = typeof value === "object" && value !== null ? el("pre", { tabindex: "0", "aria-label": name }, JSON.stringify(value, null, 2)) : value === null ? el("span", { class: "quiet" }, "null") : showValue(value);
      return [el("dt", {}, name), el("dd", { dir: "auto" }, shown, moment === null || units[name].startsWith("rfc") ? null : el("span", { class: "quiet" }, ` ${showMoment(moment)}`))];
    }),
  );
}
