// The boards of the lab's schedules. What became of each run the server draws.
import { Board, settleTyped } from "./board.js";

export class Schedules extends Board {
  constructor(store, { clock, partials }) {
    super(store, { kind: "schedule", panel: "part-schedules", clock, states });
    settleTyped("schedules", partials);
  }
}

function states({ firings }) {
  return [...firings.values()].flatMap(({ deliveries }) => deliveries).map(({ state }) => state);
}
