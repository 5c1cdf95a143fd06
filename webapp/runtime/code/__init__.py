"""A function's code: archives in, unpacked folders out, and its end when nobody needs it."""
