// Everything that runs on the home page.
import "../page.js";
import "../home.js";
