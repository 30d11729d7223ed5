// The states of the contract and the moves between them, with the number of records in each.

import { el, svg } from "./dom.js";
import { isEnd, showCount, toneOf } from "./format.js";

const WIDTH = 360;
const NODE = { width: 104, height: 46 };
const ROW = 104;
const MOST_IN_ROW = 3;
const MOST_LABELS = 10;
// Half the width of a letter of a label, and the height of one.
const LETTER = 3;
const LINE = 13;

export class Diagram {
  constructor(app) {
    this.app = app;
    this.numbers = new Map();
    this.picture = el("div", { class: "picture" });
    this.moves = el("ul", { class: "legend" });
    this.grade = el("p", { class: "quiet" });
    this.element = el(
      "section",
      { class: "card diagram", "aria-label": "States" },
      el("h2", {}, "States"),
      this.picture,
      this.grade,
      el("details", {}, el("summary", {}, "All moves"), this.moves),
    );
  }

  begin() {
    const { lifecycle } = this.app.resource;
    this.element.hidden = !lifecycle;
    this.numbers.clear();
    if (!lifecycle) return;
    const told = { declared: "The contract declares these states.", inferred: "Inferred from the contract's structure.", assumed: "Assumed: the contract does not say how records move." };
    this.grade.textContent = lifecycle.grade === "declared" ? "" : told[lifecycle.grade];
    const edges = listEdges(lifecycle);
    const places = arrangeStates(lifecycle, edges);
    const rows = Math.max(...[...places.values()].map((place) => place.row)) + 1;
    const height = rows * ROW - ROW + NODE.height + 16;
    this.picture.replaceChildren(
      svg(
        "svg",
        { viewBox: `0 0 ${WIDTH} ${height}`, role: "group", "aria-label": "State diagram" },
        svg("defs", {}, arrow("server"), arrow("client")),
        edges.map((edge) => drawEdge(edge, places)),
        edges.length <= MOST_LABELS ? drawLabels(edges, places) : null,
        lifecycle.states.map((state) => this.drawState(lifecycle, state, places.get(state))),
      ),
    );
    this.moves.replaceChildren(
      ...lifecycle.moves.map((move) =>
        el("li", {}, el("b", {}, move.event), ` ${move.from.join(", ")} → ${move.to.map((to) => to ?? "gone").join(", ")} `, el("span", { class: "quiet" }, `${move.by === "server" ? "the server" : move.by}${move.grade === "declared" ? "" : `, ${move.grade}`}`)),
      ),
    );
    this.mark();
  }

  /** Show how many records are in each state. */
  count(counts) {
    for (const [state, { text, node }] of this.numbers) {
      const number = showCount(counts[state] ?? 0);
      if (text.textContent === number) continue;
      text.textContent = number;
      node.setAttribute("aria-label", `${state}: ${number} records; show only these`);
    }
  }

  mark() {
    for (const [state, { node }] of this.numbers) node.setAttribute("aria-pressed", String(state === this.app.state));
  }

  /** Let the moves from and to a state stand out; null: none. */
  highlight(state) {
    for (const edge of this.picture.querySelectorAll(".edge")) {
      edge.classList.toggle("near", edge.dataset.from === state || edge.dataset.to === state);
    }
  }

  drawState(lifecycle, state, place) {
    const [x, y] = [place.x - NODE.width / 2, place.y];
    const text = svg("text", { class: "number", x: place.x, y: y + 37 }, "0");
    const choose = () => this.app.go({ state: this.app.state === state ? "" : state, tab: "records" });
    const node = svg(
      "g",
      { onpointerenter: () => this.highlight(state), onpointerleave: () => this.highlight(null), onfocus: () => this.highlight(state), onblur: () => this.highlight(null), class: "state", "data-tone": toneOf(lifecycle, state), role: "button", tabindex: "0", "aria-pressed": "false", "aria-label": state, onclick: choose, onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); } } },
      svg("title", {}, state),
      svg("rect", { x, y, width: NODE.width, height: NODE.height, rx: 10 }),
      lifecycle.terminal.includes(state) ? svg("rect", { class: "inner", x: x + 3, y: y + 3, width: NODE.width - 6, height: NODE.height - 6, rx: 7 }) : null,
      svg("text", { x: place.x, y: y + 19 }, state.length > 15 ? `${state.slice(0, 14)}…` : state),
      text,
    );
    this.numbers.set(state, { text, node });
    return node;
  }
}

/** Return the moves as pairs of states, those of the same pair and maker joined. */
function listEdges(lifecycle) {
  const edges = new Map();
  for (const move of lifecycle.moves) {
    for (const from of move.from) {
      for (const to of move.to) {
        if (to === null || from === to) continue;
        const by = move.by === "server" ? "server" : "client";
        const name = JSON.stringify([from, to, by]);
        if (!edges.has(name)) edges.set(name, { from, to, by, events: [] });
        if (!edges.get(name).events.includes(move.event)) edges.get(name).events.push(move.event);
      }
    }
  }
  return [...edges.values()];
}

/** Return the place of each state: by its distance from the initial ones, and the ends below all.

What leads to the initial ones and cannot be reached from them is above them. */
function arrangeStates(lifecycle, edges) {
  const depth = new Map(lifecycle.initial.map((state) => [state, 0]));
  const queue = [...depth.keys()];
  for (const state of queue) {
    for (const edge of edges) {
      if (edge.from === state && !depth.has(edge.to) && !isEnd(lifecycle, state)) {
        depth.set(edge.to, depth.get(state) + 1);
        queue.push(edge.to);
      }
    }
  }
  const rows = new Map();
  const inner = lifecycle.states.filter((state) => !isEnd(lifecycle, state));
  const deepest = Math.max(0, ...inner.map((state) => depth.get(state) ?? 0));
  for (const state of lifecycle.states) {
    const row = isEnd(lifecycle, state) ? deepest + 1 : (depth.get(state) ?? -1);
    rows.set(row, [...(rows.get(row) ?? []), state]);
  }
  const places = new Map();
  let at = 0;
  for (const row of [...rows.keys()].sort((a, b) => a - b)) {
    const states = rows.get(row);
    for (let first = 0; first < states.length; first += MOST_IN_ROW) {
      const some = states.slice(first, first + MOST_IN_ROW);
      some.forEach((state, column) => {
        const x = (WIDTH * (2 * column + 1)) / (2 * some.length);
        places.set(state, { row: at, x, y: 8 + at * ROW });
      });
      at += 1;
    }
  }
  return places;
}

function curve(edge, places) {
  const [from, to] = [places.get(edge.from), places.get(edge.to)];
  const shift = edge.by === "server" ? -7 : 7;
  if (to.row > from.row) {
    const [x1, y1, x2, y2] = [from.x + shift, from.y + NODE.height, to.x + shift, to.y - 5];
    const bend = to.row - from.row > 1 ? passing(edge, places, from, to) : 0;
    const middle = (y1 + y2) / 2;
    return { path: `M${x1},${y1} C${x1 + bend},${middle} ${x2 + bend},${middle} ${x2},${y2}`, x: (x1 + x2) / 2 + bend * 0.75, y: middle };
  }
  if (to.row === from.row) {
    const side = Math.sign(to.x - from.x);
    const [x1, x2] = [from.x + (side * NODE.width) / 2, to.x - side * (NODE.width / 2 + 5)];
    const y = from.y + NODE.height / 2 + shift;
    return { path: `M${x1},${y} L${x2},${y}`, x: (x1 + x2) / 2, y: y - 8 };
  }
  const side = from.x + to.x >= WIDTH ? 1 : -1;
  const [x1, x2] = [from.x + side * 38, to.x + side * 38];
  const out = side * (34 + 10 * (from.row - to.row));
  const [y1, y2] = [from.y, to.y + NODE.height + 5];
  return { path: `M${x1},${y1} C${x1 + out},${y1 - 20} ${x2 + out},${y2 + 20} ${x2},${y2}`, x: (x1 + x2) / 2 + out * 0.7, y: (y1 + y2) / 2 };
}

/** Return how far an edge bends aside, so that it does not run through the states between. */
function passing(edge, places, from, to) {
  const middle = (from.x + to.x) / 2;
  const between = [...places.values()].filter((place) => place.row > from.row && place.row < to.row);
  const isBlocked = between.some((place) => Math.abs(place.x - middle) < NODE.width / 2 + 12);
  if (!isBlocked) return 0;
  return (to.x >= from.x ? 1 : -1) * (NODE.width * 0.95);
}

function drawEdge(edge, places) {
  const { path } = curve(edge, places);
  const name = `${edge.events.join(", ")}: ${edge.from} → ${edge.to}`;
  const isBack = places.get(edge.to).row <= places.get(edge.from).row;
  return svg("path", { class: `edge ${edge.by}${isBack ? " back" : ""}`, "data-from": edge.from, "data-to": edge.to, d: path, "marker-end": `url(#arrow-${edge.by})` }, svg("title", {}, name));
}

/** Draw what each move is called, a line higher or lower where another name would be in the way. */
function drawLabels(edges, places) {
  const taken = [];
  return edges.map((edge) => {
    const middle = curve(edge, places);
    const events = edge.events.join(", ");
    const text = events.length > 16 ? `${events.slice(0, 15)}…` : events;
    const half = text.length * LETTER + 2;
    const x = Math.min(WIDTH - half, Math.max(half, middle.x));
    const isFree = (y) => taken.every((other) => Math.abs(other.x - x) >= other.half + half || Math.abs(other.y - y) >= LINE);
    const y = [0, -LINE, LINE, -2 * LINE, 2 * LINE].map((aside) => middle.y + 3 + aside).find(isFree) ?? middle.y + 3;
    taken.push({ x, y, half });
    return svg("text", { class: `event ${edge.by}`, x, y, "aria-hidden": "true" }, text);
  });
}

function arrow(by) {
  return svg(
    "marker",
    { id: `arrow-${by}`, class: `arrow ${by}`, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    svg("path", { d: "M0,0.5 L7,4 L0,7.5 z" }),
  );
}
