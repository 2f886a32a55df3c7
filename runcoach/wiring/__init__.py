"""The only importer of adapters: builds everything and hands it out as the ports bundle."""

from runcoach.wiring.processes import (
    advance_demo,
    run_api,
    run_migrations,
    run_simulators,
    run_ui,
    run_worker,
)

__all__ = ["advance_demo", "run_api", "run_migrations", "run_simulators", "run_ui", "run_worker"]
