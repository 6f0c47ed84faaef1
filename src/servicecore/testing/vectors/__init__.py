"""Neutral acceptance vectors: one runner for the files, and one check for each kind."""

from servicecore.testing.vectors.formats import UnknownVectorFormat
from servicecore.testing.vectors.runner import Failure, FileReport, KindReport, SetAside, run_content, run_file
from servicecore.testing.vectors.verdict import Mismatch, VectorCheck

__all__ = [
    "Failure",
    "FileReport",
    "KindReport",
    "Mismatch",
    "SetAside",
    "UnknownVectorFormat",
    "VectorCheck",
    "run_content",
    "run_file",
]
