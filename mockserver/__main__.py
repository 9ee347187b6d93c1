"""`python -m mockserver` is `segmock`."""

from mockserver.cli import main

if __name__ == "__main__":
    main()
