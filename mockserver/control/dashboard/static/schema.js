// JSON Schemas, as a person reads them and as an example of what fits them.

import { el } from "./dom.js";

// A schema may contain itself.
const DEEPEST = 6;
const DATE = "2026-01-15T12:00:00Z";

/** Return the members of an object's schema, those of its parts included. */
function listMembers(schema, follow, depth = 0) {
  const found = { ...(schema.properties ?? {}) };
  if (depth < DEEPEST) for (const part of schema.allOf ?? []) Object.assign(found, listMembers(follow(part) ?? {}, follow, depth + 1));
  return found;
}

/** Return a value that fits a schema, as far as that is easily said. */
export function sample(given, follow, depth = 0) {
  const schema = follow(given);
  if (!schema || depth > DEEPEST) return null;
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const union = schema.oneOf ?? schema.anyOf;
  if (union) return sample(union[0], follow, depth + 1);
  const type = [schema.type].flat().find((name) => name !== "null");
  if (schema.properties || schema.allOf || type === "object") {
    const members = Object.entries(listMembers(schema, follow));
    const wanted = new Set([schema, ...(schema.allOf ?? []).map(follow)].flatMap((part) => part?.required ?? []));
    return Object.fromEntries(members.filter(([name]) => wanted.size === 0 || wanted.has(name)).map(([name, member]) => [name, sample(member, follow, depth + 1)]));
  }
  if (type === "array") return [sample(schema.items ?? {}, follow, depth + 1)];
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  if (type === "boolean") return false;
  if (schema.format === "date-time") return DATE;
  return type === "string" ? "text" : null;
}

/** Return the type of a value in words, such as "list of Job" or "text or null". */
function nameType(given, follow) {
  if (given?.$ref) return given.$ref.split("/").at(-1);
  const schema = given ?? {};
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const union = schema.oneOf ?? schema.anyOf;
  if (union) return union.map((one) => nameType(one, follow)).join(" or ");
  if (schema.allOf) return schema.allOf.map((one) => nameType(one, follow)).join(" and ");
  const types = [schema.type ?? (schema.properties ? "object" : "any value")].flat();
  const named = types.map((type) => (type === "array" ? `list of ${nameType(schema.items, follow)}` : type === "string" ? "text" : type));
  const bounds = [schema.minimum ?? schema.minLength, schema.maximum ?? schema.maxLength];
  const told = bounds.some((bound) => bound !== undefined) ? ` (${bounds[0] ?? "…"} to ${bounds[1] ?? "…"})` : "";
  return named.join(" or ") + (schema.format ? ` ${schema.format}` : "") + told + (schema.nullable ? " or null" : "");
}

/** Return a schema as a list of members; those of objects within are shown when they are opened. */
export function renderSchema(given, follow, depth = 0) {
  const schema = follow(given) ?? {};
  const inner = schema.items ? follow(schema.items) : (schema.oneOf ?? schema.anyOf)?.map(follow).find((one) => one?.properties) ?? schema;
  const members = Object.entries(listMembers(inner, follow));
  if (!members.length) return el("p", { class: "quiet type" }, nameType(given, follow));
  const required = inner.required ?? [];
  const list = el(
    "dl",
    { class: "schema" },
    members.map(([name, member]) => {
      const below = follow(member) ?? {};
      const isDeep = depth < DEEPEST && (Object.keys(listMembers(below, follow)).length || follow(below.items)?.properties);
      const nested = isDeep ? el("details", {}, el("summary", {}, "Members")) : null;
      nested?.addEventListener("toggle", () => {
        if (nested.open && nested.children.length === 1) nested.append(renderSchema(member, follow, depth + 1));
      });
      return [el("dt", {}, el("code", {}, name), required.includes(name) ? null : el("span", { class: "quiet" }, " optional")), el("dd", {}, el("span", { class: "type" }, nameType(member, follow)), below.description ? el("span", { class: "quiet" }, ` ${below.description}`) : null, nested)];
    }),
  );
  return depth ? list : el("details", { class: "type" }, el("summary", {}, nameType(given, follow)), list);
}
