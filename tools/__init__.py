"""What developers run: the environment, the browser, the locks, the benchmarks. The app never imports it."""
