// The made-up trace of the patterns page: its timeline with predictions, and its story as a table.
import "./timeline.js";
import { Store } from "./lab/store.js";
import { StoryTable } from "./lab/story-table.js";

const store = new Store();
const timeline = document.getElementById("pattern-timeline");
const table = new StoryTable(store);

document.getElementById("pattern-story").append(table.root);
store.on("rows", (message) => timeline.apply(message));
store.on("selection", ({ segment }) => timeline.select(segment?.id ?? null));
for (const change of ["rows", "selection"]) store.on(change, () => table.show(true));
store.apply(JSON.parse(document.getElementById("pattern-rows").textContent));
