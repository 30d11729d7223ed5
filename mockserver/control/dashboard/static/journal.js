// The requests of a world as they come, with what breaks the contract, and near misses.

import { call, path } from "./api.js";
import { announce, arrange, button, el, select, setOptions } from "./dom.js";
import { showCount, showMoment } from "./format.js";

const SHOWN = 50;

export class Journal {
  constructor(app) {
    this.app = app;
    this.entries = new Map();
    this.broke = select("Which requests", [["", "All requests"], ["true", "Breaking the contract"], ["false", "Keeping the contract"]], "", () => this.begin());
    this.operation = select("Operation", [["", "Any operation"]], "", () => this.begin());
    this.status = el("input", { type: "number", min: "100", max: "599", placeholder: "Status", "aria-label": "Status", class: "short", onchange: () => this.begin() });
    this.expect = button("Was it called?", () => this.verify(), { title: "Tells whether such a request was made and, if not, which come nearest" });
    this.clear = button("Clear", async () => {
      await call("DELETE", path(["worlds", app.world, "journal"]));
      this.begin();
    });
    this.verdict = el("div", { class: "verdict", role: "status", hidden: true });
    this.list = el("ol", { class: "entries" });
    this.note = el("p", { class: "quiet note" });
    this.element = el(
      "section",
      { class: "card journal", "aria-label": "Requests" },
      el("div", { class: "toolbar" }, this.broke, this.operation, this.status, this.expect, el("span", { class: "spring" }), this.clear),
      this.verdict,
      this.list,
      this.note,
    );
  }

  begin() {
    const operations = this.app.contract.operations.map(({ name }) => [name, name]);
    setOptions(this.operation, [["", "Any operation"], ...operations, ["-", "No operation"]], this.operation.value);
    this.entries.clear();
    this.last = 0;
    this.verdict.hidden = true;
    this.list.replaceChildren();
    this.app.refreshes.journal();
  }

  /** The path of what is not shown yet in the control API. */
  get address() {
    const query = { limit: SHOWN, after: this.last || null, brokeContract: this.broke.value, operation: this.operation.value, status: this.status.value };
    return path(["worlds", this.app.world, "journal"], query);
  }

  async refresh() {
    const { address } = this;
    const told = await call("GET", address);
    if (address !== this.address) return;
    if (told.recorded < this.last) {
      this.begin();
      return;
    }
    this.last = told.recorded;
    for (const entry of told.entries) if (!this.entries.has(entry.number)) this.entries.set(entry.number, this.render(entry));
    const numbers = [...this.entries.keys()].sort((a, b) => b - a);
    for (const number of numbers.splice(SHOWN)) this.entries.delete(number);
    arrange(this.list, numbers.map((number) => this.entries.get(number)));
    const kept = `${showCount(told.recorded)} ${told.recorded === 1 ? "request" : "requests"} so far`;
    this.note.textContent = told.recorded ? `${kept}; the newest ${SHOWN} that fit are shown.` : "No request has met this world yet. Send one to the API, and it appears here.";
  }

  render(entry) {
    const { request, answer, complaints, faults } = entry;
    const details = el("details", { class: complaints.length ? "entry broke" : "entry" });
    details.append(
      el(
        "summary",
        {},
        el("span", { class: `status s${String(answer.status)[0]}` }, String(answer.status)),
        el("b", { class: "method" }, request.method),
        el("span", { class: "target" }, request.target),
        faults.map((name) => el("span", { class: "chip", "data-tone": "violet" }, `fault ${name}`)),
        complaints.length ? el("span", { class: "chip", "data-tone": "red" }, `${complaints.length} ${complaints.length === 1 ? "complaint" : "complaints"}`) : null,
        el("span", { class: "quiet when" }, showMoment(Date.parse(entry.at)).slice(11)),
      ),
    );
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(this.renderDetails(entry));
    });
    return el("li", {}, details);
  }

  renderDetails(entry) {
    const { request, answer, complaints } = entry;
    return el(
      "div",
      { class: "details" },
      complaints.length ? el("ul", { class: "complaints" }, complaints.map((one) => el("li", {}, one.message, " ", el("code", { class: "quiet" }, one.clause)))) : null,
      el("p", { class: "row" }, el("span", { class: "quiet" }, `Request ${entry.number} · ${entry.operation === "-" ? "no operation" : entry.operation} · ${entry.milliseconds} ms · ${showMoment(Date.parse(entry.at))}`), button("Copy as curl", () => this.copy(entry))),
      el("h3", {}, "Request"),
      renderFields(request.headers),
      request.bodyLength ? el("p", { class: "quiet" }, `${showCount(request.bodyLength)} octets of content, which the journal does not keep`) : null,
      el("h3", {}, "Response"),
      renderFields(answer.headers),
      answer.body ? el("pre", { tabindex: "0" }, indent(answer.body)) : null,
    );
  }

  async copy(entry) {
    await navigator.clipboard.writeText(writeCurl(entry, this.app.apiOrigin || location.origin));
    announce("Copied the command. Where a key was left out, $API_KEY stands for it.");
  }

  /** Tell whether such a request was made, and what came nearest. */
  async verify() {
    const expected = {};
    if (this.operation.value) expected.operation = this.operation.value;
    if (this.status.value) expected.status = Number(this.status.value);
    if (this.broke.value) expected.brokeContract = this.broke.value === "true";
    const told = await call("POST", path(["worlds", this.app.world, "journal", "verify"]), expected);
    this.verdict.hidden = false;
    this.verdict.className = told.kept ? "verdict good" : "verdict bad";
    this.verdict.replaceChildren(
      el("p", {}, el("b", {}, told.kept ? "Yes. " : "No. "), told.summary),
      ...(told.nearest.length
        ? [el("h3", {}, "Near misses"), el("ul", {}, told.nearest.map(({ entry, differences }) => el("li", {}, el("code", {}, `${entry.request.method} ${entry.request.target}`), el("span", { class: "quiet" }, ` request ${entry.number}: ${differences.join("; ")}`))))]
        : []),
    );
  }
}

function renderFields(fields) {
  return el("dl", { class: "fields" }, Object.entries(fields).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function indent(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Return the command that sends a recorded request again, to an origin. */
export function writeCurl({ request }, origin) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ["curl", "-i"];
  if (request.method === "HEAD") parts.push("-I");
  else if (request.method !== "GET") parts.push("-X", request.method);
  for (const [name, value] of Object.entries(request.headers)) {
    if (/^(host|content-length|connection|accept-encoding)$/i.test(name)) continue;
    // What is left out of the journal is left to the shell: double quotes let it fill in the key.
    if (value.includes("[API key]")) parts.push("-H", `"${name}: ${value.replaceAll(/["\\$`]/g, "\\$&").replaceAll("[API key]", "$API_KEY")}"`);
    else parts.push("-H", quote(`${name}: ${value}`));
  }
  parts.push(quote(origin + request.target));
  return parts.join(" ");
}
