"""Where checkouts are kept: tables, mapping, units of work and migrations."""
