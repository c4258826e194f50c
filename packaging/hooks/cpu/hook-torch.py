"""What of torch goes into the bundle: all that can be imported, its libraries, no headers, sources or tests."""

from pathlib import Path

from PyInstaller.utils.hooks import PY_DYLIB_PATTERNS, collect_dynamic_libs, collect_submodules, get_package_paths

LEFT_OUT = ("torch.testing._internal", "torch.utils.tensorboard", "torch.utils.benchmark", "torch.onnx._internal")
READS_ITSELF = "install_config_module(sys.modules"

module_collection_mode = "pyz"
warn_on_missing_hiddenimports = False
hiddenimports = collect_submodules("torch", filter=lambda name: not name.startswith(LEFT_OUT))
binaries = collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]

_folder = Path(get_package_paths("torch")[1])
binaries += [(str(path), "torch/bin") for path in _folder.glob("bin/torch_shm_manager*")]
# Settings whose comments are read while they are imported: these alone need their source.
datas = [
    (str(path), str(Path("torch") / path.parent.relative_to(_folder)))
    for path in _folder.rglob("*config*.py")
    if READS_ITSELF in path.read_text("utf-8", errors="replace")
]
