"""A Ray cluster on this computer: machines that can be started and lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]


class RayMachines:
    """Owns a cluster whose head does no work. Its processes live in ``home`` and find the code that is tested here."""

    def __init__(self, home: Path) -> None:
        from ray.cluster_utils import Cluster

        self._home = home
        self._cluster = Cluster()
        self._nodes: list[Any] = []
        self._add(num_cpus=0, include_dashboard=False)
        self.address: str = self._cluster.address

    def start(self, count: int) -> None:
        """So many are there from now on."""
        while len(self._nodes) > count:
            self._cluster.remove_node(self._nodes.pop())
        while len(self._nodes) < count:
            self._nodes.append(self._add(num_cpus=1))
        self._cluster.wait_for_nodes(PATIENCE_S)

    def kill_one(self) -> None:
        """As if somebody pulled its plug."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)

    def close(self) -> None:
        self._cluster.shutdown()

    def _add(self, **options: Any) -> Any:
        paths = [str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")]
        wanted = {
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "RTEDIT_HOME": str(self._home),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_worker_niceness": "0",  # of 15 they come to nothing beside tests that run side by side
        }
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            return self._cluster.add_node(object_store_memory=100 * 2**20, **options)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
