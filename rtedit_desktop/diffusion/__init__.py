"""The method: single-step adaptation of a diffusion model by a directional CLIP loss. Torch only.

Read in this order: schedule, denoiser, sampling, guidance, adaptation, delta. Section numbers in the
docstrings are those of the paper's algorithm as this project writes it down: 1 schedule and steps,
2 loss, 3 training, 4 inference, 5 the DiffusionCLIP baseline (in ``rtedit_desktop.bench``).
"""
