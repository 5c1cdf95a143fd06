// The badge of a story or a call: colour, icon and word for each way a thing can be.
import { element, icon } from "./dom.js";

const BADGES = {
  cold: ["cold", "snowflake", "Cold"],
  warm: ["warm", "check", "Warm"],
  reset: ["timeout", "rotate-ccw", "Reset"],
  ok: ["ok", "check", "Ok"],
  error: ["error", "x", "Error"],
  crash: ["error", "x", "Crash"],
  init: ["error", "x", "Init failed"],
  "too large": ["error", "x", "Too large"],
  timeout: ["timeout", "timer", "Timeout"],
  memory: ["memory", "memory-stick", "Out of memory"],
  throttled: ["throttle", "hand", "Throttled"],
  stopped: ["plain", "square", "Stopped"],
  lost: ["plain", "x", "Lost"],
  abandoned: ["error", "x", "Not run"],
  frozen: ["plain", "snowflake", "Frozen"],
  ended: ["plain", "square", "Ended"],
  "in flight": ["plain", "eye-off", "In flight"],
  running: ["plain", "play", "Running"],
  accepted: ["ok", "check", "202 Accepted"],
  queued: ["plain", "inbox", "In line"],
  trying: ["plain", "play", "Tried"],
  waiting: ["plain", "hourglass", "Waits"],
  waits: ["plain", "hourglass", "Waits"],
  delivered: ["ok", "check", "Delivered"],
  "not delivered": ["error", "x", "Not delivered"],
  done: ["ok", "check", "Done"],
  "given up": ["error", "x", "Given up"],
  "failed event": ["error", "file", "Of a failure"],
  dropped: ["error", "x", "Gone"],
  unheard: ["plain", "minus", "Unheard"],
};

export function badge(name) {
  const [look, picture, word] = BADGES[name] ?? ["plain", "info", name];
  return element("span", { class: `badge badge--${look}` }, icon(picture), word);
}
