"""Reading reports, cases, decisions and appeals."""
