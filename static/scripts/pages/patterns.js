// Everything that runs on the page of patterns.
import "../page.js";
import "../colour-swatch.js";
import "../pattern-trace.js";
import "../segment-sample.js";
