"""HiGHS behind the port of integer solvers, for best prices of large carts (extra ``optimize``)."""

from __future__ import annotations

import math
from functools import reduce
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, ClassVar, Final

from attrs import frozen

from servicecore.errors import ServiceCoreError
from servicecore.pricing.best_price import IntegerAnswer, IntegerProgram

if TYPE_CHECKING:
    from types import ModuleType

_NODES_PER_BRANCH: Final = 1_000
_SLACK: Final = 1e-6
_BELOW_ONE: Final = 0.999


class SolverUnavailable(ServiceCoreError):
    """Raised when the solver's package is not installed."""

    code: ClassVar[str] = "engine.solver_unavailable"


@frozen
class HighsSolver:
    """Solves integer programs with HiGHS, on one thread, from a fixed seed, limited by branches and never by time.

    HiGHS computes in floating point: whoever asks checks the values in whole numbers. The bound that it states is
    rounded up to the next value that a solution can have.

    Raises:
        SolverUnavailable: highspy is not installed.

    """

    def __attrs_post_init__(self) -> None:
        _highspy()

    @property
    def name(self) -> str:
        """Return ``highs`` with the version of its package."""
        try:
            return f"highs {version('highspy')}"
        except PackageNotFoundError:
            return "highs"

    def solve(self, program: IntegerProgram, nodes: int) -> IntegerAnswer | None:
        """Return the best solution of at most ``nodes`` / 1000 branches, at least one; None where none was found."""
        highspy = _highspy()
        grain = reduce(math.gcd, (column.worth for column in program.columns), 0) or 1
        solver = highspy.Highs()
        options = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": _BELOW_ONE,
            "mip_max_nodes": max(1, nodes // _NODES_PER_BRANCH),
            # Measured on these programs: solving a reduced copy at the root and looking for symmetry cost half of the
            # time and bring nothing; more of the other heuristics does.
            "mip_heuristic_run_root_reduced_cost": False,
            "mip_detect_symmetry": False,
            "mip_heuristic_effort": 0.3,
        }
        for option, value in options.items():
            solver.setOptionValue(option, value)
        solver.passModel(_model(highspy, program, grain))
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        values = tuple(round(value) for value in solver.getSolution().col_value)
        bound = -info.mip_dual_bound
        if not math.isfinite(bound):
            return IntegerAnswer(values, None)
        return IntegerAnswer(values, math.floor(bound + _SLACK * max(1.0, abs(bound))) * grain)


def _highspy() -> ModuleType:
    try:
        import highspy  # noqa: PLC0415 - an extra, loaded when a solver is asked for
    except ImportError as error:
        raise SolverUnavailable("HiGHS needs highspy", hint="install servicecore[optimize]") from error
    module: ModuleType = highspy
    return module


def _model(highspy: Any, program: IntegerProgram, grain: int) -> Any:
    """Return the program in the solver's form: it minimises, so worth is a negative cost."""
    infinity = highspy.kHighsInf
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(program.columns), len(program.rows)
    model.col_cost_ = [-float(column.worth // grain) for column in program.columns]
    model.col_lower_ = [0.0] * len(program.columns)
    model.col_upper_ = [float(column.upper) for column in program.columns]
    model.row_lower_ = [-infinity if row.lower is None else float(row.lower) for row in program.rows]
    model.row_upper_ = [infinity if row.upper is None else float(row.upper) for row in program.rows]
    starts, places, factors = [0], list[int](), list[float]()
    for row in program.rows:
        for column, factor in row.terms:
            places.append(column)
            factors.append(float(factor))
        starts.append(len(places))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = starts, places, factors
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(program.columns)
    return model
