"""What the commands do, inside the application: loaded once a command has been understood."""
