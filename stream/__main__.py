"""``python -m stream`` is the command line too."""

from stream.cli import main

if __name__ == "__main__":
    main()
