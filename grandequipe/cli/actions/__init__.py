"""What the commands do, in the application; imported after a command line is parsed."""
