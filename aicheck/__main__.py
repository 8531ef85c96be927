"""`python -m aicheck`."""

from aicheck.cli.main import main

if __name__ == "__main__":
    main()
