"""Processes: what one room's event makes another room do."""

from servicecore.engine.processes.standard import PROCESSES

__all__ = ["PROCESSES"]
