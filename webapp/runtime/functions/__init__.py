"""What functions are: their rules, rows, versions and aliases. Nothing here runs one."""
