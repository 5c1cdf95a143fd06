"""Starts learners' code in walled processes. Nothing here knows functions, pools or invocations.

``choose.best_launcher`` is the way in. ``zygote`` forks environments behind every wall the host can
build, ``portable`` starts plain processes; ``inside`` is what runs on the other side. Both pass
the same tests. ``inside/__init__`` says why nothing there may import anything of the web app.
"""
