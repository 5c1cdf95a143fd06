// <segment-sample kind="init">: one shape of the timeline's vocabulary, drawn as the timeline draws it.
import { drawFact } from "./timeline/families.js";
import { kindOf } from "./timeline/kinds.js";
import { svg } from "./timeline/nodes.js";
import { patterns } from "./timeline/patterns.js";
import { Ruler } from "./timeline/text.js";
import { Tools } from "./timeline/tools.js";

const SPRITE = new URL("../icons.svg", import.meta.url).href;
const WIDTH = 76;
const TEXTS = { sends: "202", attempt: "Attempt 3", "attempt-failed": "Attempt 1", wait: "1 min", init: "41.2 ms", handler: "341 ms", error: "317 ms", timeout: "3.00 s", memory: "128 MB", throttled: "429", frozen: "59 s", reset: "reset", running: "running", stopped: "317 ms", "init-failed": "KeyError" };
let samples = 0;

class SegmentSample extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    samples += 1;
    const name = this.getAttribute("kind");
    const prefix = `sample-${samples}`;
    const tools = new Tools({ prefix, sprite: SPRITE, ruler: new Ruler(getComputedStyle(this).fontFamily) });
    const kind = kindOf({ kind: name });
    const width = kind.draw === "point" ? 20 : WIDTH;
    const stretch = {
      kind, width, height: kind.height, pieces: [[0, width]], text: TEXTS[name] ?? "", count: 1, room: 40,
      seen: 0, seenTo: width, startsHere: true, endsHere: true, isOnly: true,
    };
    const group = svg("g", { class: `fact ${kind.draw} tone-${kind.tone}` }, ...drawFact(stretch, tools));
    const picture = svg("svg", { width: WIDTH + 8, height: 28, viewBox: `-4 -14 ${WIDTH + 8} 28`, "aria-hidden": "true" }, patterns(prefix), group);
    this.append(picture);
  }
}

customElements.define("segment-sample", SegmentSample);
