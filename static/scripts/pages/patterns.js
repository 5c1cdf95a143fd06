// Everything that runs on the page of patterns.
import "../page.js";
import "../segment-sample.js";
