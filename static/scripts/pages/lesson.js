// Everything that runs on a lesson's page.
import "../page.js";
import "../timeline.js";
import "../lab.js";
