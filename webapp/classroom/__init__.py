"""People and what they do: entering a workspace, working in a lab, making progress. No HTTP."""
