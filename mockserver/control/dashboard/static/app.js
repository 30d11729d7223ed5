// The page as a whole: what is shown follows from the fragment of its address, and stays live.

import { call } from "./api.js";
import { Clock } from "./clock.js";
import { Deviations } from "./deviations.js";
import { Diagram } from "./diagram.js";
import { announce, el } from "./dom.js";
import { Faults } from "./faults.js";
import { showDistance } from "./format.js";
import { Journal } from "./journal.js";
import { listen, paced } from "./live.js";
import { RecordPanel } from "./record.js";
import { Records } from "./records.js";
import { Reference } from "./reference.js";
import { Worlds } from "./worlds.js";

const LEAST_MILLISECONDS = 400;
const TABS = { records: "Records", requests: "Requests", faults: "Faults", deviations: "Deviations", api: "API" };
const CONNECTION = { live: "Live", lost: "The server does not answer; trying again" };

class App {
  constructor(contract) {
    this.contract = contract;
    this.read();
    this.clock = new Clock(this);
    this.worlds = new Worlds(this);
    this.diagram = new Diagram(this);
    this.records = new Records(this);
    this.panel = new RecordPanel(this);
    this.journal = new Journal(this);
    this.faults = new Faults(this);
    this.deviations = new Deviations(this);
    this.reference = new Reference(this);
    this.sections = { records: this.records, requests: this.journal, faults: this.faults, deviations: this.deviations, api: this.reference };
    this.refreshes = Object.fromEntries(
      ["clock", "worlds", "records", "panel", "journal", "faults", "deviations", "reference"].map((name) => [name, paced(() => this[name].refresh(), LEAST_MILLISECONDS)]),
    );
    this.render();
    this.show();
    addEventListener("hashchange", () => this.follow());
    document.addEventListener("visibilitychange", () => this.refreshAll());
    setInterval(() => this.tick(), 1000);
    listen((kind, data) => this.hear(kind, data), (state) => this.tell(state));
  }

  /** Read from the address what is shown. */
  read() {
    const given = new URLSearchParams(location.hash.slice(1));
    this.world = given.get("world") || "default";
    this.resource = this.contract.resources.find(({ name }) => name === given.get("resource")) ?? this.contract.resources[0];
    const states = this.resource?.lifecycle?.states ?? [];
    this.state = states.includes(given.get("state")) ? given.get("state") : "";
    this.firstTab = this.resource ? "records" : "requests";
    this.tab = given.get("tab") in TABS ? given.get("tab") : this.firstTab;
    this.record = given.get("record") ?? "";
  }

  /** Show something else, as the address then says. */
  go(changes) {
    const { world, state, tab, record } = this;
    const wanted = { world, resource: this.resource?.name ?? "", state, tab, record, ...changes };
    const given = Object.entries(wanted).filter(([name, value]) => value && !(name === "world" && value === "default") && !(name === "tab" && value === this.firstTab));
    history.pushState(null, "", `#${new URLSearchParams(given)}`);
    this.follow();
  }

  follow() {
    const before = { world: this.world, resource: this.resource, state: this.state, record: this.record };
    this.read();
    this.show(before);
  }

  open(record) {
    this.opened = JSON.stringify([record.scope, record.key]);
    this.go({ record: this.opened });
    this.refreshes.panel();
    requestAnimationFrame(() => this.panel.title.focus({ preventScroll: matchMedia("(min-width: 1080px)").matches }));
  }

  close() {
    const name = this.record;
    this.go({ record: "" });
    this.records.find(name)?.focus();
  }

  render() {
    document.title = `${this.contract.title} – mock`;
    this.connection = el("p", { class: "connection", role: "status" }, "Connecting");
    this.tabs = Object.entries(TABS).map(([name, label]) =>
      el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => this.go({ tab: name }), onkeydown: (event) => this.walk(event) }, label),
    );
    this.panels = Object.entries(this.sections).map(([name, section]) =>
      el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` }, section.element),
    );
    document.getElementById("app").replaceChildren(
      el("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); this.main.focus(); } }, "Skip to the records"),
      el(
        "header",
        {},
        el("div", { class: "name" }, el("img", { src: "/__admin/dashboard/icon.svg", alt: "", width: "28", height: "28" }), el("h1", {}, this.contract.title)),
        this.connection,
        el("span", { class: "spring" }),
        this.worlds.element,
        el("a", { class: "button", href: "/__admin/reference" }, "Control API"),
      ),
      this.clock.element,
      (this.main = el(
        "main",
        { id: "main", tabindex: "-1" },
        el("div", { class: "column" }, el("div", { role: "tablist", "aria-label": "What to look at" }, this.tabs), this.panels),
        el("div", { class: "column side" }, this.panel.element, this.diagram.element),
      )),
    );
  }

  /** Move between tabs by the arrow keys. */
  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = Object.keys(TABS);
    const next = (names.indexOf(this.tab) + step + names.length) % names.length;
    this.go({ tab: names[next] });
    this.tabs[next].focus();
  }

  /** Show what the address says; `before` is what was shown, null at the start. */
  show(before = {}) {
    this.main.dataset.tab = this.tab;
    Object.keys(TABS).forEach((name, at) => {
      const isChosen = name === this.tab;
      this.tabs[at].setAttribute("aria-selected", String(isChosen));
      this.tabs[at].tabIndex = isChosen ? 0 : -1;
      this.panels[at].hidden = !isChosen;
    });
    const another = before.world !== this.world;
    if (another || before.resource !== this.resource) this.diagram.begin();
    if (another || before.resource !== this.resource || before.state !== this.state) this.records.begin();
    if (another) {
      this.journal.begin();
      this.faults.begin();
      this.reference.begin();
    }
    this.diagram.mark();
    this.records.mark();
    this.panel.element.hidden = !this.record;
    this.refreshAll();
  }

  /** Tell of each moment on the page how far it is from the world's time. */
  tick() {
    const now = this.clock.now;
    if (now === null) return;
    for (const place of this.main.querySelectorAll(".distance")) {
      const text = showDistance(Number(place.dataset.at), now);
      if (place.textContent !== text) place.textContent = text;
    }
  }

  tell(state) {
    this.connection.textContent = CONNECTION[state];
    this.connection.dataset.state = state;
  }

  hear(kind, data) {
    if (kind === null) this.refreshAll();
    else if (kind === "world") {
      this.refreshes.worlds();
      if (data.world === this.world) this.refreshAll();
    } else if (data.world !== this.world) return;
    else if (kind === "request") {
      if (this.tab === "requests") this.refreshes.journal();
      if (this.tab === "faults" && data.faults.length) this.refreshes.faults();
    } else if (kind === "record" || kind === "job") this.refreshRecords();
    else if (kind === "clock") {
      this.clock.show(data);
      this.tick();
      this.refreshRecords();
    } else if (kind === "fault") this.refreshes.faults();
    else if (kind === "deviations") this.refreshes.deviations();
  }

  refreshRecords() {
    if (!this.resource) return;
    this.refreshes.records();
    if (this.record) this.refreshes.panel();
  }

  refreshAll() {
    this.refreshes.clock();
    this.refreshes.worlds();
    this.refreshRecords();
    if (this.tab === "requests") this.refreshes.journal();
    if (this.tab === "faults") this.refreshes.faults();
    if (this.tab === "deviations") this.refreshes.deviations();
    if (this.tab === "api") this.refreshes.reference();
  }
}

call("GET", "/contract").then((contract) => new App(contract)).catch(announce);
