// What runs on a page that has nothing of its own to run.
import "../page.js";
