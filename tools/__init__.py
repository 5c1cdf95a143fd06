"""What developers run: environment, browser, locks, benchmarks. The app never imports it."""
