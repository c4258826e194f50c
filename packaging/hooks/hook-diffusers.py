"""diffusers finds its parts by name while it runs: the networks and what they lean on, no pipelines."""

from PyInstaller.utils.hooks import collect_submodules, copy_metadata

NEEDED = ("models", "schedulers", "loaders", "hooks", "quantizers", "utils", "guiders")

module_collection_mode = "pyz"
hiddenimports = [name for part in NEEDED for name in collect_submodules(f"diffusers.{part}")]
datas = copy_metadata("diffusers", recursive=True)
