# %% [markdown]
# # An edit, from pixels to pixels
#
# The method of the app as a library. Open this file as a notebook (VS Code, Spyder, Jupyter with jupytext) or run it:
# `python examples/notebook.py` writes `edited.png`. `docs/method.md` has the equations.

# %% What is used
from dataclasses import replace

import numpy as np
from PIL import Image

from rtedit_desktop.diffusion import Computing, learn, render, to_pixels, to_tensor
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.engine.models import load_pack, own_pictures
from rtedit_desktop.packs.catalog import Catalog

# %% What to edit: a picture of the built-in pack's own, a prompt, and what the pack recommends for it
manifest = Catalog.default().manifest("avatars")
picture = own_pictures(manifest)[0]
prompt, source = "face with sunglasses", manifest.info.source
settings = manifest.info.settings_for(prompt, seed=7)
device = best_device()

# %% The edit: teach the network the prompt on this one picture, then decode; its weights come back afterwards
pack = load_pack(manifest, device.device)
x0 = to_tensor(picture, manifest.info.image_size).to(device.device)
with pack.base.borrowed():
    *_, learned = learn(pack, x0, prompt, source, settings, Computing(device.learning))
    *_, last = render(pack, x0, learned, settings)
edited = to_pixels(last.x0)

# %% The same edit at other strengths: nothing is learned again
row = [picture]
with pack.base.borrowed():
    for strength in (0.5, 1.0, 1.5):
        *_, last = render(pack, x0, learned, replace(settings, strength=strength))
        row.append(to_pixels(last.x0))

# %% Look
Image.fromarray(np.hstack(row)).save("edited.png")
