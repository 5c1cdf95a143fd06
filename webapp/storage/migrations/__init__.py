"""The revisions of the database, in ``versions/``; ``storage.migration`` runs them."""
