"""The vocabulary and the table of architectures."""

from PyInstaller.utils.hooks import collect_data_files

module_collection_mode = "pyz"
datas = collect_data_files("open_clip")
