// The reference of an API, read from its description, and a form at each operation that tries it.

import { call, readToken } from "./api.js";
import { announce, button, el, select } from "./dom.js";
import { renderSchema, sample } from "./schema.js";

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];
// What a script may not set (the Fetch standard, 4.6), or what the form sets itself.
const UNSENT = /^(authorization|content-type|content-length|host|cookie|connection)$/i;

export class Reference {
  constructor(app) {
    this.app = app;
    this.which = "contract";
    this.choice = select("Which API", [["contract", app.contract.title], ["control", "Control API of the mock"]], this.which, (which) => {
      this.which = which;
      this.load().catch(announce);
    });
    this.search = el("input", { type: "search", placeholder: "Search operations", "aria-label": "Search operations", oninput: () => this.sift() });
    this.secret = el("input", { autocomplete: "off", spellcheck: "false" });
    this.secretLabel = el("label", { class: "row" }, el("span", { class: "quiet" }, "Credential"), this.secret);
    this.links = el("span", { class: "quiet" });
    this.list = el("div", { class: "operations" });
    this.element = el("section", { class: "card reference", "aria-label": "API" }, el("div", { class: "toolbar" }, this.choice, this.search, this.secretLabel, this.links), this.list);
  }

  begin() {
    this.secret.value = "";
    this.isLoaded = false;
  }

  async refresh() {
    if (this.isLoaded) return;
    const { world } = this.app;
    await Promise.all([this.app.worlds.refresh(), this.app.resource && this.app.records.refresh()]);
    if (world !== this.app.world) return;
    this.secret.value = this.chooseSecret();
    await this.load();
  }

  /** Return a credential that opens the list of the record that the forms suggest. */
  chooseSecret() {
    const credentials = this.app.worlds.state?.credentials ?? [];
    const { scope } = this.suggestRecord();
    const opening = credentials.find(({ scopes }) => scopes === null || scope.some((name) => scopes.includes(name)));
    return (opening ?? credentials[0])?.secret ?? "any-credential";
  }

  /** Return the scope and the key of the record that is open, or else of the first that is listed. */
  suggestRecord() {
    const [scope, key] = this.app.record ? JSON.parse(this.app.record) : (this.app.records.first ?? [[], ""]);
    return { scope, key };
  }

  async load() {
    this.isLoaded = true;
    const { which } = this;
    const isContract = which === "contract";
    const place = isContract ? "/__admin/contract/openapi" : "/__admin/openapi";
    const document = await call("GET", `${place.slice("/__admin".length)}.json`);
    if (which !== this.which) return;
    this.document = document;
    this.base = isContract ? this.app.apiOrigin + this.app.contract.basePath : "";
    this.secretLabel.hidden = !isContract || this.app.contract.credentials.length === 0;
    this.links.replaceChildren(...(isContract ? ["json", "yaml"] : ["yaml"]).flatMap((kind) => [el("a", { href: `${place}.${kind}`, download: `openapi.${kind}` }, `openapi.${kind}`), " "]));
    const groups = new Map();
    for (const [path, item] of Object.entries(this.document.paths ?? {})) {
      for (const method of METHODS) {
        if (!item[method]) continue;
        const operation = { ...item[method], path, method, shared: item.parameters ?? [] };
        const tag = operation.tags?.[0] ?? "Operations";
        groups.set(tag, [...(groups.get(tag) ?? []), operation]);
      }
    }
    this.operations = [];
    this.list.replaceChildren(
      ...[...groups].map(([tag, operations]) => el("section", { "aria-label": tag }, el("h3", {}, tag), operations.map((operation) => this.render(operation)))),
    );
    this.sift();
  }

  sift() {
    const needle = this.search.value.toLowerCase();
    for (const { text, element } of this.operations) element.hidden = !text.includes(needle);
    for (const group of this.list.children) group.hidden = ![...group.querySelectorAll(".operation")].some((one) => !one.hidden);
  }

  render(operation) {
    const element = el(
      "details",
      { class: "operation" },
      el("summary", {}, el("b", { class: `method m-${operation.method}` }, operation.method.toUpperCase()), el("span", { class: "target" }, operation.path), el("span", { class: "quiet" }, operation.summary ?? operation.operationId ?? "")),
    );
    element.addEventListener("toggle", () => {
      if (element.open && element.children.length === 1) element.append(this.renderBody(operation));
    });
    const text = `${operation.method} ${operation.path} ${operation.operationId ?? ""} ${operation.summary ?? ""}`.toLowerCase();
    this.operations.push({ text, element });
    return element;
  }

  follow(value) {
    return value?.$ref?.startsWith("#/") ? value.$ref.slice(2).split("/").reduce((found, token) => found?.[decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~")], this.document) ?? {} : value;
  }

  /** Return the parameters of an operation, and its body: those of Swagger 2.0 have it among them. */
  describe(operation) {
    const all = [...operation.shared, ...(operation.parameters ?? [])].map((one) => this.follow(one));
    const own = new Map(all.map((one) => [`${one.in} ${one.name}`, one]));
    const parameters = [...own.values()].filter((one) => ["path", "query", "header"].includes(one.in) && !UNSENT.test(one.name));
    const old = all.find((one) => one.in === "body");
    const content = this.follow(operation.requestBody)?.content ?? (old ? { "application/json": { schema: old.schema } } : {});
    const [type, media] = Object.entries(content).find(([name]) => name.includes("json")) ?? Object.entries(content)[0] ?? [];
    return { parameters, type, media };
  }

  renderBody(operation) {
    const { parameters, type, media } = this.describe(operation);
    const fields = parameters.map((one) => [one, this.renderField(operation, one)]);
    const example = media && (media.example ?? Object.values(media.examples ?? {})[0]?.value ?? sample(media.schema, (value) => this.follow(value)));
    const body = media ? el("textarea", { rows: "6", spellcheck: "false", "aria-label": `Body of ${operation.operationId ?? operation.path}` }) : null;
    if (body) body.value = example === undefined ? "" : JSON.stringify(example, null, 2);
    const outcome = el("div", { class: "outcome", role: "status" });
    const follow = (value) => this.follow(value);
    return el(
      "div",
      { class: "details" },
      operation.description ? el("p", { class: "prose" }, operation.description.trim()) : null,
      fields.length ? [el("h3", {}, "Parameters"), fields.map(([one, field]) => el("label", { class: "field" }, el("span", {}, el("code", {}, one.name), one.required ? " (required)" : "", el("span", { class: "quiet" }, ` ${one.in}. ${one.description ?? ""}`)), field))] : null,
      media ? [el("h3", {}, `Body, ${type}`), renderSchema(media.schema, follow), body] : null,
      el("div", { class: "row" }, button("Try it", () => this.try(operation, fields, body, type, outcome), { class: "primary" })),
      outcome,
      el("h3", {}, "Responses"),
      Object.entries(operation.responses ?? {}).map(([status, said]) => this.renderResponse(status, this.follow(said))),
    );
  }

  renderField(operation, one) {
    const schema = this.follow(one.schema) ?? one;
    const known = this.suggest(operation, one);
    const value = known ?? one.example ?? schema.example ?? (one.required ? sample(schema, (inner) => this.follow(inner)) : undefined);
    if (schema.enum) return el("select", { value: value ?? "" }, [el("option", { value: "" }, "not sent"), ...schema.enum.map((each) => el("option", { value: each, selected: each === value }, String(each)))]);
    return el("input", { value: value ?? "", placeholder: schema.default === undefined ? "" : `default ${schema.default}`, autocomplete: "off" });
  }

  /** Return a value that is there: that of the record that is open, or the world. */
  suggest(operation, one) {
    if (one.in !== "path") return undefined;
    if (this.which === "control") return { world: this.app.world, resource: this.app.resource?.name }[one.name];
    const at = this.app.resource?.scope.indexOf(one.name) ?? -1;
    const { scope, key } = this.suggestRecord();
    return at >= 0 ? scope[at] : key;
  }

  renderResponse(status, said) {
    const schema = said?.schema ?? Object.values(said?.content ?? {})[0]?.schema;
    return el("div", { class: "answer" }, el("p", {}, el("b", { class: `status s${status[0]}` }, status), " ", said?.description ?? ""), schema ? renderSchema(schema, (value) => this.follow(value)) : null);
  }

  async try(operation, fields, body, type, outcome) {
    const headers = {};
    const query = new URLSearchParams();
    let path = operation.path;
    for (const [one, field] of fields) {
      if (one.in === "path") path = path.replace(`{${one.name}}`, encodeURIComponent(field.value));
      else if (field.value === "") continue;
      else if (one.in === "query") query.append(one.name, field.value);
      else headers[one.name] = field.value;
    }
    if (this.which === "contract") this.authenticate(headers, query);
    else if (readToken()) headers.Authorization = `Bearer ${readToken()}`;
    const sent = { method: operation.method.toUpperCase(), headers, cache: "no-store" };
    if (body?.value && !["GET", "HEAD"].includes(sent.method)) {
      headers["Content-Type"] = type;
      sent.body = type.includes("urlencoded") ? new URLSearchParams(JSON.parse(body.value)) : body.value;
    }
    const url = this.base + path + (query.size ? `?${query}` : "");
    const began = performance.now();
    try {
      const response = await fetch(url, sent);
      // The events of the server never end.
      const text = response.headers.get("Content-Type")?.includes("event-stream") ? (response.body.cancel(), "A stream of events, which does not end.") : await response.text();
      this.show(outcome, sent.method, url, response, text, performance.now() - began);
    } catch (error) {
      outcome.replaceChildren(el("p", { class: "verdict bad" }, `No response to ${sent.method} ${url}: ${error.message}${this.which === "contract" && this.app.contract.apiPort ? ". The API has a port of its own: where ports are mapped, start the mock with --cors." : ""}`));
    }
    this.app.refreshAll();
  }

  authenticate(headers, query) {
    const [credential] = this.app.contract.credentials;
    const secret = this.secret.value;
    if (!credential || !secret) return;
    if (credential.where === "query") query.append(credential.parameter, secret);
    else if (credential.where === "header") {
      const scheme = credential.kind[0].toUpperCase() + credential.kind.slice(1);
      headers[credential.parameter] = credential.kind === "apiKey" ? secret : `${scheme} ${credential.kind === "basic" ? btoa(secret) : secret}`;
    }
  }

  show(outcome, method, url, response, text, milliseconds) {
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // It is shown as it is.
    }
    outcome.replaceChildren(
      el("p", { class: "row" }, el("b", { class: `status s${String(response.status)[0]}` }, `${response.status} ${response.statusText}`), el("code", { class: "quiet" }, `${method} ${url}`), el("span", { class: "quiet" }, `${milliseconds.toFixed(1)} ms`)),
      text ? el("pre", { tabindex: "0", "aria-label": "Body of the response" }, shown) : el("p", { class: "quiet" }, "The response has no body."),
    );
  }
}
