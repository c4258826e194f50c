"""torchvision's own operations are opened by path; its decoders of pictures are not needed."""

from pathlib import Path

from PyInstaller.utils.hooks import get_package_paths

module_collection_mode = "pyz"
binaries = [(str(path), "torchvision") for path in Path(get_package_paths("torchvision")[1]).glob("_C*")]
