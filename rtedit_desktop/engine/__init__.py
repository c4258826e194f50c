"""How a job runs: the loaded models, the device, the order of the phases. No Qt."""
