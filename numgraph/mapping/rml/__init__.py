"""Tables and trees into quads by declarative mappings: RML, with YARRRML as the friendly spelling."""

from numgraph.mapping.rml.load import load_mapping
from numgraph.mapping.rml.run import Fault, Produced, open_records, run

__all__ = ["Fault", "Produced", "load_mapping", "open_records", "run"]
