// The modules that every page has; a page with a lab adds its own.
import "./dialog.js";
import "./editor.js";
import "./full-screen.js";
import "./naming.js";
import "./popover.js";
import "./presses.js";
import "./printing.js";
import "./shortcuts.js";
import "./splitter.js";
import "./tabs.js";
import "./toast.js";
import "./unanswered.js";
