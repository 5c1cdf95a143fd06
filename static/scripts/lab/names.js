// Words of the text that name parts of the lab: a press shows the part, pointing lights up lanes.

const TABS = {
  code: "lab-code", event: "lab-code", configuration: "lab-code", faults: "lab-code",
  response: "results", logs: "results", queues: "results", topics: "results", buses: "results", destinations: "results",
  buckets: "results", schedules: "results",
};

export function followNames(timeline) {
  document.addEventListener("named", ({ detail: { part, on } }) => {
    if (part === "environment") timeline.light(on);
  });
  document.addEventListener("click", (event) => {
    const word = event.target.closest("a.part[data-part]");
    if (!word) return;
    event.preventDefault();
    show(word.dataset.part, timeline);
  });
}

function show(part, timeline) {
  const story = document.getElementById("part-story");
  if (part === "story" && !story.checkVisibility()) {
    document.getElementById("results").select("part-sentences", { focus: true });
  } else if (part === "environment" || part === "timeline") {
    timeline.focus();
  } else if (part in TABS) {
    document.getElementById(TABS[part]).select(`part-${part}`, { focus: true });
  } else {
    focusFirst(document.getElementById(`part-${part}`));
  }
}

function focusFirst(part) {
  part?.scrollIntoView({ block: "nearest" });
  const target = part?.matches("[tabindex]") ? part : part?.querySelector("button:not(:disabled), input, [tabindex]");
  target?.focus();
}
