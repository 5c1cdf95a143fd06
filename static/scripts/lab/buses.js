// The boards of the lab's buses. What each rule decided the server draws.
import { Board, settleTyped } from "./board.js";

export class Buses extends Board {
  constructor(store, { clock, partials }) {
    super(store, { kind: "bus", panel: "part-buses", clock, states });
    settleTyped("rules", partials);
  }
}

function states({ bus_events }) {
  const decisions = [...bus_events.values()].flatMap((event) => event.decisions);
  return decisions.flatMap(({ deliveries }) => deliveries).map(({ state }) => state);
}
