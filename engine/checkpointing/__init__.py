"""Rematerialization: what a schedule of checkpoints holds and recomputes, and the best schedule, exactly."""

from __future__ import annotations

from engine.checkpointing.chain import Chain, Strategy, recompute_cost, simulate, store_all, uniform_chain
from engine.checkpointing.counting import (
    chen_checkpoints,
    chen_peak_bound,
    recomputed_per_segment,
    recomputed_per_tensor,
    recomputed_sequential,
)
from engine.checkpointing.errors import InfeasibleLimit, ScheduleError
from engine.checkpointing.ledger import Event, EventKind, Ledger, Phase, Recorder, replay
from engine.checkpointing.mistakes import REMATERIALIZER_MISTAKES
from engine.checkpointing.placement import (
    Placement,
    PlacementResult,
    best_placement,
    evaluate_placement,
    fastest_schedule,
    measure_placement,
    smallest_limit,
    trade_off,
)
from engine.checkpointing.recording import LedgerOptions, LedgerWatcher
from engine.checkpointing.rematerializing import forward_with_rematerializer, forward_with_segments, wrongly_rebuilt
from engine.checkpointing.revolve import (
    Action,
    ActionKind,
    RevolveRun,
    fewest_advances,
    longest_chain,
    revolve_schedule,
    run_actions,
)

__all__ = [
    "REMATERIALIZER_MISTAKES",
    "Action",
    "ActionKind",
    "Chain",
    "Event",
    "EventKind",
    "InfeasibleLimit",
    "Ledger",
    "LedgerOptions",
    "LedgerWatcher",
    "Phase",
    "Placement",
    "PlacementResult",
    "Recorder",
    "RevolveRun",
    "ScheduleError",
    "Strategy",
    "best_placement",
    "chen_checkpoints",
    "chen_peak_bound",
    "evaluate_placement",
    "fastest_schedule",
    "fewest_advances",
    "forward_with_rematerializer",
    "forward_with_segments",
    "longest_chain",
    "measure_placement",
    "recompute_cost",
    "recomputed_per_segment",
    "recomputed_per_tensor",
    "recomputed_sequential",
    "replay",
    "revolve_schedule",
    "run_actions",
    "simulate",
    "smallest_limit",
    "store_all",
    "trade_off",
    "uniform_chain",
    "wrongly_rebuilt",
]
