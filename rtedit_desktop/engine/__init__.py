"""Engine that runs jobs: the loaded models, the device, the order of the phases. No Qt."""
