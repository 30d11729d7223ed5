// What happens on the server, told as it happens, by server-sent events.

import { send } from "./api.js";

const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 5000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Call `hear(kind, data)` for each event, for ever; a kind of null means that anything may have
 * happened. `tell(state)` is told of "live" and "lost".
 */
export async function listen(hear, tell) {
  let wait = SHORTEST_WAIT;
  for (;;) {
    try {
      const response = await send("GET", "/events");
      for await (const [kind, data] of read(response.body)) {
        if (kind === null) {
          tell("live");
          wait = SHORTEST_WAIT;
        }
        hear(kind, data);
      }
    } catch (error) {
      console.warn(error.message);
    }
    tell("lost");
    await pause(wait);
    wait = Math.min(LONGEST_WAIT, wait * 2);
  }
}

/**
 * Yield the kind and the data of each event of a stream (the HTML standard, 9.2.6); a kind of null
 * comes first, once the server listens: what happened before that is not told.
 */
async function* read(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let isBegun = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    if (!isBegun) yield [null, {}];
    isBegun = true;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split("\n").filter((line) => !line.startsWith(":")).map((line) => line.split(/: (.*)/s)),
      );
      if (fields.event) yield [fields.event, JSON.parse(fields.data)];
    }
  }
}

/**
 * Return a function that runs what it is given one after the other, and returns what became of it.
 *
 * A section of the page does its calls like this, so that no answer from before a change is shown
 * after it, and no two changes are made of the same state.
 */
export function inTurn() {
  let last = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/**
 * Return a function that runs `work` soon, however often it is called: never twice at a time, and
 * at most once in `least` milliseconds.
 */
export function paced(work, least) {
  let waiting = false;
  let running = false;
  let last = -Infinity;
  const run = async () => {
    waiting = false;
    if (document.hidden) return;
    running = true;
    last = performance.now();
    try {
      await work();
    } catch (error) {
      // The connection tells by itself that it is lost; a refusal is the next call's too.
      console.warn(error.message);
    } finally {
      running = false;
      if (again) {
        again = false;
        request();
      }
    }
  };
  let again = false;
  const request = () => {
    if (running) again = true;
    else if (!waiting) {
      waiting = true;
      setTimeout(run, Math.max(0, last + least - performance.now()));
    }
  };
  return request;
}
