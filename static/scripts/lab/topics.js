// The boards of the lab's topics. What became of each copy the server draws.
import { Board, settleTyped } from "./board.js";

export class Topics extends Board {
  constructor(store, { clock, partials }) {
    super(store, { kind: "topic", panel: "part-topics", clock, states });
    settleTyped("subscriptions", partials);
  }
}

function states({ publications }) {
  return [...publications.values()].flatMap(({ copies }) => copies).map(({ state }) => state);
}
