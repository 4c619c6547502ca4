"""``python -m mapokezi``: the same as the command ``mapokezi``."""

from mapokezi.cli import main

if __name__ == "__main__":
    main()
