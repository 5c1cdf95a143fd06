"""When something is due: rate, cron and at expressions, and EventBridge Scheduler's schedules.

No database, no clock of its own. Schedules happen when lab time passes them and never pull it.
"""
