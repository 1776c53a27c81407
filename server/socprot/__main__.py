"""`python -m socprot` is `socprot`."""

from socprot.cli import main

main()
