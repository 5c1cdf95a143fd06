"""What runs in the zygote and in the environments, never in the web process.

These files import the standard library and one another only: the zygote loads them without the
rest of the program (see ``launcher.command``), so nothing of it can leak into learners' code.
They run on every Python that Lambda has, 3.9 and later: annotations are never evaluated.
"""
