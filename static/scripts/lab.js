// A lesson page's lab: one store of rows, fed by one stream, shown by the parts in lab/.
import { Announcer } from "./lab/announce.js";
import { Clock } from "./lab/clock.js";
import { Commands } from "./lab/commands.js";
import { Drafts } from "./lab/drafts.js";
import { Editors } from "./lab/editors.js";
import { Logs } from "./lab/logs.js";
import { followNames } from "./lab/names.js";
import { News } from "./lab/news.js";
import { Partials } from "./lab/partials.js";
import { Resets } from "./lab/resets.js";
import { Response } from "./lab/response.js";
import { Sentences } from "./lab/sentences.js";
import { Status } from "./lab/status.js";
import { Steps } from "./lab/steps.js";
import { Store } from "./lab/store.js";
import { Story } from "./lab/story.js";
import { Stream } from "./lab/stream.js";
import { TimelinePart } from "./lab/timeline-part.js";

const page = document.getElementById("lab-page");
const address = page.dataset.lab;
const store = new Store();
const status = new Status();
const editors = new Editors();
const partials = new Partials();
const clock = new Clock(store, { address: page.dataset.clock, status });
const timeline = new TimelinePart(store);
const stream = new Stream(store, { address: `${address}/events`, status });
const commands = new Commands(store, { editors, status });

const drafts = new Drafts(editors, { address, isEdited: "edited" in page.dataset });
const steps = new Steps({ address: `${address}/step` });
new Resets({ address, editors, status });
new Response(store, { panel: document.getElementById("part-response") });
new Logs(store, { panel: document.getElementById("part-logs") });
new Sentences(store, { panel: document.getElementById("sentences") });
new Story(store);
new Announcer(store);
followNames(timeline);

store.on("rows", () => commands.settle());
store.apply(JSON.parse(document.getElementById("first-rows").textContent));
new News(store, { steps, drafts, partials });
clock.start();
stream.open();
