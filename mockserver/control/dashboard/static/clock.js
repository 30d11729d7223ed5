// The clock of a world: what time it is, and the controls that move it.

import { call, path } from "./api.js";
import { button, el } from "./dom.js";
import { showMoment } from "./format.js";
import { inTurn } from "./live.js";

const SPEEDS = [0, 1, 60, 3600];
const STEPS = [["+1 h", "1h"], ["+12 h", "12h"], ["+1 d", "1d"]];

export class Clock {
  constructor(app) {
    this.app = app;
    this.turn = inTurn();
    this.state = null;
    this.read = 0;
    this.time = el("time", { class: "time" });
    this.pace = el("span", { class: "pace" });
    this.speeds = SPEEDS.map((speed) =>
      button(speed ? `×${speed}` : "Stop", () => this.change("PATCH", [], { speed }), {
        "aria-pressed": "false",
        title: speed ? `Let the world's time pass ${speed} times as fast as real time` : "Let the time stand still",
      }),
    );
    const steps = STEPS.map(([label, by]) => button(label, () => this.change("POST", ["advance"], { by })));
    const next = button("To the next move", () => this.change("POST", ["next"]), { class: "primary" });
    this.element = el(
      "section",
      { class: "clock card", "aria-label": "Clock" },
      el("div", { class: "reading" }, this.time, this.pace),
      el("div", { class: "group", role: "group", "aria-label": "Speed" }, this.speeds),
      el("div", { class: "group", role: "group", "aria-label": "Advance" }, steps),
      next,
    );
    setInterval(() => this.tick(), 200);
  }

  /** The time of the world, in epoch milliseconds; null before it is known. */
  get now() {
    return this.state && this.state.epochMilliseconds + (performance.now() - this.read) * this.state.speed;
  }

  async change(method, rest, body) {
    await this.ask(method, rest, body);
    this.app.refreshAll();
  }

  async refresh() {
    await this.ask("GET", []);
    this.app.tick();
  }

  ask(method, rest, body) {
    const { world } = this.app;
    return this.turn(async () => {
      const state = await call(method, path(["worlds", world, "clock", ...rest]), body);
      if (world === this.app.world) this.show(state);
    });
  }

  show(state) {
    this.state = state;
    this.read = performance.now();
    SPEEDS.forEach((speed, at) => this.speeds[at].setAttribute("aria-pressed", String(speed === state.speed)));
    this.pace.textContent = state.speed === 0 ? "stands still" : `runs ×${state.speed}`;
    this.element.classList.toggle("stopped", state.speed === 0);
    this.tick();
  }

  tick() {
    if (!this.state) return;
    const text = showMoment(this.now);
    if (this.time.textContent !== text) {
      this.time.textContent = text;
      this.time.dateTime = `${text.replace(" ", "T")}Z`;
    }
  }
}
