"""What every feature stands on: time, transactions, events, text, mails, files."""
