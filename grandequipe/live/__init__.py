"""Open pages that learn of what happened: the socket rings, the page opens the door."""
