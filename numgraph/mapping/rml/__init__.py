"""Tables and trees into quads by declarative mappings: RML, with YARRRML as the friendly spelling."""

from numgraph.mapping.rml.load import load_mapping
from numgraph.mapping.rml.run import Fault, Produced, run

__all__ = ["Fault", "Produced", "load_mapping", "run"]
