"""Press text and directories as a knowledge graph in which every fact leads to its sentence."""

__version__ = "0.1.0"
