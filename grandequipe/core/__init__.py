"""What every feature stands on: time, transactions, the journal, text, letters, files."""
