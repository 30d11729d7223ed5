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
// How far beside the states a move may be drawn.
const MARGIN = 24;

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
    const lifecycle = this.app.resource?.lifecycle;
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
        { viewBox: frame(edges, places, height), role: "group", "aria-label": "State diagram" },
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
    const text = svg("text", { class: "number", x: place.x, y: y + 37 }, "\u2026");
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

/** Return the points of the curve (cubic Bézier) that draws a move: the one that runs through the fewest states. */
function curve(edge, places) {
  const [from, to] = [places.get(edge.from), places.get(edge.to)];
  const shift = edge.by === "server" ? -7 : 7;
  const others = [...places.values()].filter((place) => place !== from && place !== to);
  const ways = to.row > from.row ? listWaysDown(from, to, shift) : to.row < from.row ? listWaysUp(from, to) : listWaysAside(from, to, shift);
  const costs = ways.map((points) => sampleCurve(points).filter((point) => isInTheWay(point, others)).length);
  return ways[costs.indexOf(Math.min(...costs))];
}

function listWaysDown(from, to, shift) {
  const [x1, y1, x2, y2] = [from.x + shift, from.y + NODE.height, to.x + shift, to.y - 5];
  const middle = (y1 + y2) / 2;
  const side = to.x >= from.x ? 1 : -1;
  return [0, 1, -1, 0.5, -0.5, 1.4, -1.4].map((part) => {
    const bend = side * part * NODE.width;
    return [[x1, y1], [x1 + bend, middle], [x2 + bend, middle], [x2, y2]];
  });
}

function listWaysUp(from, to) {
  const side = from.x + to.x >= WIDTH ? 1 : -1;
  return [side, -side].flatMap((way) =>
    [34, 64, 94].map((width) => {
      const [x1, x2] = [from.x + way * 38, to.x + way * 38];
      const out = way * (width + 10 * (from.row - to.row));
      const [y1, y2] = [from.y, to.y + NODE.height + 5];
      return [[x1, y1], [x1 + out, y1 - 20], [x2 + out, y2 + 20], [x2, y2]];
    }),
  );
}

function listWaysAside(from, to, shift) {
  const side = Math.sign(to.x - from.x);
  const [x1, x2] = [from.x + (side * NODE.width) / 2, to.x - side * (NODE.width / 2 + 5)];
  const y = from.y + NODE.height / 2 + shift;
  const [top, below] = [from.y - 5, from.y + NODE.height + 5];
  return [
    [[x1, y], [x1 + (x2 - x1) / 3, y], [x2 - (x2 - x1) / 3, y], [x2, y]],
    ...[[top, -34], [below, 34]].map(([at, out]) => [[from.x, at], [from.x, at + out], [to.x, at + out], [to.x, at]]),
  ];
}

/** Return the part of the plane that has all states and moves, as an attribute of SVG. */
function frame(edges, places, height) {
  const points = edges.flatMap((edge) => sampleCurve(curve(edge, places)));
  const [left, right] = [Math.min(0, ...points.map(([x]) => x - 3)), Math.max(WIDTH, ...points.map(([x]) => x + 3))];
  const [top, bottom] = [Math.min(0, ...points.map(([, y]) => y - 3)), Math.max(height, ...points.map(([, y]) => y + 3))];
  return `${left} ${top} ${right - left} ${bottom - top}`;
}

/** Return the point of a curve at a part of its way, from 0 to 1. */
function pointAt(points, part) {
  const weights = [(1 - part) ** 3, 3 * part * (1 - part) ** 2, 3 * part ** 2 * (1 - part), part ** 3];
  return [0, 1].map((axis) => points.reduce((sum, point, at) => sum + weights[at] * point[axis], 0));
}

const sampleCurve = (points) => Array.from({ length: 23 }, (_, at) => pointAt(points, (at + 1) / 24));

function isInTheWay([x, y], places) {
  const isOutside = x < -MARGIN || x > WIDTH + MARGIN;
  return isOutside || places.some((place) => Math.abs(x - place.x) < NODE.width / 2 + 4 && y > place.y - 4 && y < place.y + NODE.height + 4);
}

function drawEdge(edge, places) {
  const [start, ...rest] = curve(edge, places);
  const name = `${edge.events.join(", ")}: ${edge.from} → ${edge.to}`;
  const isBack = places.get(edge.to).row <= places.get(edge.from).row;
  return svg("path", { class: `edge ${edge.by}${isBack ? " back" : ""}`, "data-from": edge.from, "data-to": edge.to, d: `M${start} C${rest.join(" ")}`, "marker-end": `url(#arrow-${edge.by})` }, svg("title", {}, name));
}

/** Draw what each move is called, on its curve, where neither a state nor another name is in the way. */
function drawLabels(edges, places) {
  const taken = [...places.values()].map(({ x, y }) => ({ x, y: y + NODE.height / 2, half: NODE.width / 2, high: NODE.height / 2 }));
  return edges.map((edge) => {
    const points = curve(edge, places);
    const events = edge.events.join(", ");
    const text = events.length > 16 ? `${events.slice(0, 15)}…` : events;
    const half = text.length * LETTER + 2;
    const isFree = ({ x, y }) => taken.every((other) => Math.abs(other.x - x) >= other.half + half || Math.abs(other.y - y) >= other.high + LINE / 2);
    const tried = [0, -LINE, LINE, -NODE.height / 2 - LINE, NODE.height / 2 + LINE].flatMap((aside) =>
      [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((part) => {
        const [x, y] = pointAt(points, part);
        return { x: Math.min(WIDTH - half, Math.max(half, x)), y: y + aside };
      }),
    );
    const { x, y } = tried.find(isFree) ?? tried[0];
    taken.push({ x, y, half, high: LINE / 2 });
    return svg("text", { class: `event ${edge.by}`, x, y: y + 3, "aria-hidden": "true" }, text);
  });
}

function arrow(by) {
  return svg(
    "marker",
    { id: `arrow-${by}`, class: `arrow ${by}`, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    svg("path", { d: "M0,0.5 L7,4 L0,7.5 z" }),
  );
}
