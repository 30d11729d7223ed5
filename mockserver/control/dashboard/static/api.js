// Calls of the control API. The admin token is kept in this variable and nowhere else.

import { el } from "./dom.js";

const ROOT = "/__admin";
let token = "";
let asking = null;

/** Return the admin token, empty without one. */
export const readToken = () => token;

/** A refusal of the control API: what is wrong and where, and what to do. */
export class Refusal extends Error {
  constructor(status, told) {
    const text = told.error ?? `The server answered ${status}.`;
    super(told.where ? `${told.where}: ${text}` : text);
    this.status = status;
    this.hint = told.hint ?? "";
  }
}

/** No response came: nobody knows whether the server has done what it was asked for. */
class Silence extends Error {
  constructor(method) {
    super("The server does not answer.");
    this.hint = method === "GET" ? "" : "Look again once it is back: the change may not have been made.";
  }
}

/** Return the response to a call below /__admin; asks for the token where one is needed. */
export async function send(method, path, { body, signal, type = "application/json" } = {}) {
  for (;;) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    if (body !== undefined) headers["Content-Type"] = type;
    const response = await fetch(ROOT + path, { method, headers, body, signal, cache: "no-store" }).catch(() => {
      throw new Silence(method);
    });
    if (response.status === 401) {
      await askForToken(Boolean(token));
      continue;
    }
    if (!response.ok) throw new Refusal(response.status, await response.json().catch(() => ({})));
    return response;
  }
}

/** Return the JSON that answers a call; null where there is none. */
export async function call(method, path, value) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const response = await send(method, path, { body });
  return response.status === 204 ? null : response.json();
}

/** Return a path with each part percent-encoded, and a query of what is not empty. */
export function path(parts, query = {}) {
  const given = Object.entries(query)
    .flatMap(([name, value]) => (Array.isArray(value) ? value.map((v) => [name, v]) : [[name, value]]))
    .filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given).toString();
  return "/" + parts.map(encodeURIComponent).join("/") + (text ? `?${text}` : "");
}

function askForToken(wasRefused) {
  asking ??= new Promise((resolve) => {
    const wrong = wasRefused ? el("p", { class: "wrong", id: "token-wrong", role: "alert" }, "That is not the token of this server.") : null;
    const field = el("input", { type: "password", autocomplete: "off", id: "token", required: true, "aria-invalid": String(wasRefused), "aria-describedby": wrong ? "token-wrong" : null });
    const form = el(
      "form",
      { method: "dialog" },
      el("h2", { id: "token-title" }, "Admin token"),
      el("p", {}, "This server takes steering only from those who know the token of --admin-token. This page keeps it until it is closed."),
      el("label", { for: "token" }, "Token"),
      field,
      wrong,
      el("div", { class: "row end" }, el("button", { type: "submit", class: "primary" }, "Continue")),
    );
    const dialog = el("dialog", { "aria-labelledby": "token-title" }, form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => {
      token = field.value.trim();
      dialog.remove();
      asking = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
