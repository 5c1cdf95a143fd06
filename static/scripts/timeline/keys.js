// What the keys do while the plot has the focus.

const KEYS = {
  ArrowLeft: (timeline) => timeline.step(-1),
  ArrowRight: (timeline) => timeline.step(1),
  ArrowUp: (timeline) => timeline.stepLane(-1),
  ArrowDown: (timeline) => timeline.stepLane(1),
  Home: (timeline) => timeline.stepTo(0),
  End: (timeline) => timeline.stepTo(-1),
  Enter: (timeline) => timeline.open(),
  Escape: (timeline) => timeline.clear(),
  f: (timeline) => timeline.toggleFollow(),
  "+": (timeline) => timeline.zoomIn(),
  "=": (timeline) => timeline.zoomIn(),
  "-": (timeline) => timeline.zoomOut(),
  0: (timeline) => timeline.fit(),
  "[": (timeline) => timeline.stepRun(-1),
  "]": (timeline) => timeline.stepRun(1),
};

/** Calls the command of a key; keys with Ctrl, Alt or Meta stay the browser's and the page's. */
export function handleKey(event, commands) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const command = KEYS[event.key];
  if (!command) return;
  event.preventDefault();
  event.stopPropagation();
  command(commands);
}
