// The boards of the lab's buses. What each rule decided the server draws.
import { Board } from "./board.js";

export class Buses extends Board {
  constructor(store, { clock }) {
    super(store, { kind: "bus", panel: "part-buses", clock, states });
  }
}

function states({ bus_events }) {
  const decisions = [...bus_events.values()].flatMap((event) => event.decisions);
  return decisions.flatMap(({ deliveries }) => deliveries).map(({ state }) => state);
}
