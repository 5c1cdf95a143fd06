// The made-up trace of the patterns page: its timeline with predictions, and its story as a table.
import "./timeline.js";
import { Store } from "./lab/store.js";
import { StoryTable } from "./lab/story-table.js";

const store = new Store();
const timeline = document.getElementById("pattern-timeline");
const table = new StoryTable(store);

document.getElementById("pattern-story").append(table.root);
table.show(true);
store.on("rows", (message) => timeline.apply(message));
store.on("selection", ({ segment }) => timeline.select(segment?.id ?? null));
store.apply(JSON.parse(document.getElementById("pattern-rows").textContent));
