// A word in the prose and the thing it names (data-names="queue" and data-name="queue") light up
// together, whichever of them the pointer or the focus is on. Others listen to `named`.

function related(target) {
  const source = target.closest?.("[data-names], [data-name]");
  return source ? (source.dataset.names ?? source.dataset.name) : null;
}

function mark(name, on) {
  const key = CSS.escape(name);
  for (const thing of document.querySelectorAll(`[data-name="${key}"], [data-names="${key}"]`)) {
    thing.classList.toggle("is-named", on);
  }
  document.dispatchEvent(new CustomEvent("named", { detail: { name, on } }));
}

for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(type, (event) => {
    const name = related(event.target);
    if (name) mark(name, on);
  });
}
