// The home page's figure: the newest real runs, or a sample of each shape of the timeline.
import "./timeline.js";
import "./segment-sample.js";

const figure = document.getElementById("figure");

if (figure) {
  const message = JSON.parse(document.getElementById(figure.dataset.rows).textContent);
  figure.apply({ ...message, clock: { ...message.clock, paused: true, running: 0 } });
}
