"""`python -m grandequipe.cli` is `grandequipe`."""

from grandequipe.cli import main

if __name__ == "__main__":
    main()
