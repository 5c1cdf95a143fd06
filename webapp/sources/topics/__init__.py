"""SNS topics: what is published to them goes to every subscription whose filter lets it through.

Plain data and decisions are pure (``settings``, ``filter_policy``, ``publication``,
``notification``, ``delivery_policy``); ``topics``, ``subscriptions``, ``publishing`` and
``deliveries`` bring them to disk and about. Loop thread only.
"""
