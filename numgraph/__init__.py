"""Press text and directories of research-medicine networks, as a knowledge graph in which every fact has its sentence."""

__version__ = "0.1.0"
