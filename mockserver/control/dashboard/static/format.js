// Values as people read them. All times are UTC, as those of the worlds are.

const UNITS = [[86400000, "d"], [3600000, "h"], [60000, "min"], [1000, "s"]];

/** Return the epoch milliseconds that a member holds in its unit, or null. */
export function readMoment(value, unit) {
  if (value === null || value === undefined || value === "") return null;
  const found = unit === "ms" ? Number(value) : unit === "s" ? Number(value) * 1000 : Date.parse(value);
  return Number.isFinite(found) && Math.abs(found) <= 8.64e15 ? found : null;
}

/** Return a moment as "2026-01-15 12:00:00". */
export function showMoment(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
}

/** Return how far a moment is from now, such as "in 3 h 20 min". */
export function showDistance(milliseconds, now) {
  const distance = milliseconds - now;
  const text = showDuration(Math.abs(distance));
  if (text === "0 s") return "now";
  return distance > 0 ? `in ${text}` : `${text} ago`;
}

/** Return a duration by its two largest units. */
export function showDuration(milliseconds) {
  let rest = Math.round(milliseconds / 1000) * 1000;
  const parts = [];
  for (const [size, name] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count) parts.push(`${count} ${name}`);
    else if (parts.length) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/** Return the member of a value that a JSON Pointer (RFC 6901) leads to. */
export function readPointer(value, pointer) {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((found, token) => found?.[token], value);
}

/** Return a value of JSON as short text. */
export function showValue(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Return a key without its middle where it is long: keys are told apart by how they end. */
export const shortenKey = (text) => (text.length > LONGEST_KEY ? `${text.slice(0, 8)}…${text.slice(-12)}` : text);

/** Return a number with separators, such as 10,000. */
export const showCount = (count) => count.toLocaleString("en");

const LONGEST_KEY = 24;
const BAD = /fail|error|abort|kill|time.?d?_?out|expire|invalid|declin|reject|unauthori/i;
const GOOD = /complet|succe|done|finish|passed|ok$|approved|resolved|delivered/i;
const TONES = ["amber", "teal", "violet", "pink", "olive"];

/** Return whether a record stays in a state unless a client asks for more, such as to run again. */
export function isEnd(lifecycle, state) {
  if (lifecycle.terminal.includes(state)) return true;
  const leaves = lifecycle.moves.some((move) => move.by === "server" && move.from.includes(state));
  return !leaves && !lifecycle.initial.includes(state);
}

/** Return the colour of a state: by its place in the lifecycle and, for ends, by its word. */
export function toneOf(lifecycle, state) {
  if (!lifecycle) return "grey";
  if (isEnd(lifecycle, state)) {
    if (BAD.test(state)) return "red";
    return GOOD.test(state) ? "green" : "grey";
  }
  if (lifecycle.initial.includes(state)) return "blue";
  const between = lifecycle.states.filter(
    (name) => !isEnd(lifecycle, name) && !lifecycle.initial.includes(name),
  );
  return BAD.test(state) ? "red" : TONES[Math.max(0, between.indexOf(state)) % TONES.length];
}
