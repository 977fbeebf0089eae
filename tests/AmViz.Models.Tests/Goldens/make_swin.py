"""Goldens of torchvision's Swin Transformers, small: windows that do not fit the map, shifted ones, and a map smaller than a window.

/usr/bin/python3 make_swin.py, with Debian's python3-torch and python3-torchvision.
"""
import re

import torch
import torchvision
from torchvision.models.swin_transformer import PatchMerging, PatchMergingV2, SwinTransformer, SwinTransformerBlock, SwinTransformerBlockV2

from golden import CLASSES, fill, write

IMAGENET = {"preprocessing": "(x / 255 - mean) / std", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
MEAN, DEVIATION = (torch.tensor(IMAGENET[name], dtype=torch.float64).view(1, 3, 1, 1) for name in ("mean", "std"))
DEPTHS, HEADS, WIDTH, WINDOW = [2, 2, 2, 1], [2, 2, 3, 4], 12, 4
SIZE = 68
SAMPLES = 96


def ours(name):
    parts = {"mlp.0": "mlp.fc1", "mlp.3": "mlp.fc2"}
    for pattern, made in [
        (r"features\.0\.0\.(.*)", lambda m: "patch_embed.proj." + m[1]),
        (r"features\.0\.2\.(.*)", lambda m: "patch_embed.norm." + m[1]),
        (r"features\.([1357])\.(\d+)\.(mlp\.[03])\.(.*)", lambda m: "layers.%d.blocks.%s.%s.%s" % (int(m[1]) // 2, m[2], parts[m[3]], m[4])),
        (r"features\.([1357])\.(\d+)\.(.*)", lambda m: "layers.%d.blocks.%s.%s" % (int(m[1]) // 2, m[2], m[3])),
        (r"features\.([246])\.(.*)", lambda m: "layers.%d.downsample.%s" % (int(m[1]) // 2, m[2])),
        (r"head\.(.*)", lambda m: "head.fc." + m[1]),
        (r"(norm\..*)", lambda m: m[1]),
    ]:
        match = re.fullmatch(pattern, name)
        if match:
            return made(match)
    raise KeyError(name)


def make(file, version, block, merging):
    model = SwinTransformer([4, 4], WIDTH, DEPTHS, HEADS, [WINDOW, WINDOW], stochastic_depth_prob=0.0, num_classes=CLASSES, block=block, downsample_layer=merging).double().eval()
    state = model.state_dict()
    constants = ("relative_position_index", "relative_coords_table")
    model.load_state_dict({name: value if name.endswith(constants) else fill(ours(name), value.shape) for name, value in state.items()})
    modules = dict(model.named_modules())
    if version == 2:
        # torchvision keeps this table in float32; the numbers are to be those of its formula.
        axis = 8 * torch.arange(1 - WINDOW, WINDOW, dtype=torch.float64) / (WINDOW - 1)
        axis = axis.sign() * torch.log2(axis.abs() + 1) / 3
        table = torch.stack(torch.meshgrid(axis, axis, indexing="ij")).permute(1, 2, 0).unsqueeze(0)
        for module in modules.values():
            if hasattr(module, "relative_coords_table"):
                assert (module.relative_coords_table - table).abs().max() < 1e-6
                module.relative_coords_table = table
    layers = {"patch_embed": "features.0", "layers.0.blocks.1": "features.1.1", "layers.1.downsample": "features.2", "layers.2.blocks.1": "features.5.1", "layers.3.blocks.0": "features.7.0"}

    def run(x):
        made = {}
        handles = [modules[theirs].register_forward_hook(lambda _, __, output, name=name: made.__setitem__(name, output.permute(0, 3, 1, 2).clone())) for name, theirs in layers.items()]
        made["logits"] = model((x - MEAN) / DEVIATION)
        for handle in handles:
            handle.remove()
        return made

    config = {"architecture": "swin", "version": version, "classes": CLASSES, "inputSize": 64, "width": WIDTH, "depths": DEPTHS, "heads": HEADS, "window": WINDOW, **IMAGENET}
    write(file, "torchvision %s SwinTransformer, version %d, torch %s, float64" % (torchvision.__version__, version, torch.__version__), config, SIZE, run,
          list(layers), "layers.2.blocks.1", 6, {name: value.shape for name, value in state.items()}, SAMPLES)


make("swin.json", 1, SwinTransformerBlock, PatchMerging)
make("swin_v2.json", 2, SwinTransformerBlockV2, PatchMergingV2)
