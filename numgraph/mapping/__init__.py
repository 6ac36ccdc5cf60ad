"""Claims as RDF: statements with the claim behind each, and the graphs of one source."""

from numgraph.mapping.contribution import contribute
from numgraph.mapping.statement import Contribution, Refusal, Statement, Status

__all__ = ["Contribution", "Refusal", "Statement", "Status", "contribute"]
