"""Facts about what the computer computes with, for a report; nothing is loaded for them unless it is asked to."""

from __future__ import annotations

import sys

from rtedit_desktop.support.reporting.privacy import rendered


def machine_facts(*, load: bool = False) -> dict[str, str]:
    """Asked of a torch that is loaded already, or loaded for it; never raises."""
    if not load and "torch" not in sys.modules:
        return {"Device": "not known: the models were not loaded"}
    try:
        import torch

        from rtedit_desktop.engine.machine.devices import chosen_device
        from rtedit_desktop.support import settings

        device = chosen_device(settings.load())
        learning = str(device.learning or torch.float32).removeprefix("torch.")
        return {
            "Device": device.label,
            "Learning in": learning,
            "Threads": str(torch.get_num_threads()),
            "CUDA in this build": str(torch.version.cuda or "no"),
        }
    except Exception as error:  # a driver's words are worth more than a report that fails
        return {"Device": rendered(error)}
