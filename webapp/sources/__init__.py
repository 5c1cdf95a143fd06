"""Where events come from and go to, beside Lambda itself. No web server, no database, no clock."""
