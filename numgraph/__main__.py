"""``python -m numgraph``."""

from numgraph.cli import main

main()
