"""Goldens of ConvNeXt: torchvision's, small, and a restatement of V2 as its authors and Hugging Face define it.

/usr/bin/python3 make_convnext.py, with Debian's python3-torch and python3-torchvision.
"""
import math
import re

import torch
import torch.nn.functional as F
import torchvision
from torchvision.models.convnext import CNBlockConfig, ConvNeXt

from golden import CLASSES, fill, write

IMAGENET = {"preprocessing": "(x / 255 - mean) / std", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
MEAN, DEVIATION = (torch.tensor(IMAGENET[name], dtype=torch.float64).view(1, 3, 1, 1) for name in ("mean", "std"))
DEPTHS, WIDTHS = [1, 2, 3, 1], [8, 12, 16, 24]
SAMPLES = 96


def of_torchvision():
    settings = [CNBlockConfig(width, following, depth) for width, following, depth in zip(WIDTHS, WIDTHS[1:] + [None], DEPTHS)]
    model = ConvNeXt(settings, num_classes=CLASSES).double().eval()

    def ours(name):
        for pattern, made in [
            (r"features\.0\.(.*)", lambda m: "stem." + m[1]),
            (r"features\.([1357])\.(\d+)\.layer_scale", lambda m: "stages.%d.blocks.%s.gamma" % (int(m[1]) // 2, m[2])),
            (r"features\.([1357])\.(\d+)\.block\.([0235])\.(.*)",
             lambda m: "stages.%d.blocks.%s.%s.%s" % (int(m[1]) // 2, m[2], {"0": "conv_dw", "2": "norm", "3": "mlp.fc1", "5": "mlp.fc2"}[m[3]], m[4])),
            (r"features\.([246])\.(.*)", lambda m: "stages.%d.downsample.%s" % (int(m[1]) // 2, m[2])),
            (r"classifier\.0\.(.*)", lambda m: "head.norm." + m[1]),
            (r"classifier\.2\.(.*)", lambda m: "head.fc." + m[1]),
        ]:
            match = re.fullmatch(pattern, name)
            if match:
                return made(match)
        raise KeyError(name)

    state = model.state_dict()
    filled = {name: fill(ours(name), value.shape if not name.endswith("layer_scale") else value.shape[:1]).reshape(value.shape) for name, value in state.items()}
    model.load_state_dict(filled)
    modules = dict(model.named_modules())
    layers = {"stem": "features.0", "stages.1.blocks.0.conv_dw": "features.3.0.block.0", "stages.2.blocks.1": "features.5.1", "stages.3.blocks.0": "features.7.0"}

    def run(x):
        made = {}
        handles = [modules[theirs].register_forward_hook(lambda _, __, output, name=name: made.__setitem__(name, output.clone())) for name, theirs in layers.items()]
        made["logits"] = model((x - MEAN) / DEVIATION)
        for handle in handles:
            handle.remove()
        return made

    config = {"architecture": "convnext", "classes": CLASSES, "inputSize": 64, "depths": DEPTHS, "widths": WIDTHS, **IMAGENET}
    write("convnext_torchvision.json", "torchvision %s ConvNeXt, torch %s, float64" % (torchvision.__version__, torch.__version__), config, 70, run,
          list(layers), "stages.2.blocks.1", 6, {name: value.shape for name, value in state.items()}, SAMPLES)


def version_two():
    keys = {}

    def get(ours, theirs, *shape, kept=None):
        keys[theirs if theirs.startswith("classifier") else "convnextv2." + theirs] = kept or shape
        return fill(ours, shape)

    def norm(x, ours, theirs, epsilon=1e-6):
        weight, bias = get(ours + ".weight", theirs + ".weight", x.shape[-1]), get(ours + ".bias", theirs + ".bias", x.shape[-1])
        mean = x.mean(-1, keepdim=True)
        return (x - mean) / torch.sqrt(((x - mean) ** 2).mean(-1, keepdim=True) + epsilon) * weight + bias

    def conv(x, ours, theirs, outputs, side, **how):
        weight = get(ours + ".weight", theirs + ".weight", outputs, x.shape[1] // how.get("groups", 1), side, side)
        return F.conv2d(x, weight, get(ours + ".bias", theirs + ".bias", outputs), **how)

    def linear(x, ours, theirs, outputs):
        return x @ get(ours + ".weight", theirs + ".weight", outputs, x.shape[-1]).t() + get(ours + ".bias", theirs + ".bias", outputs)

    def last(x):
        return x.permute(0, 2, 3, 1)

    def first(x):
        return x.permute(0, 3, 1, 2)

    def run(x):
        made = {}
        h = conv((x - MEAN) / DEVIATION, "stem.0", "embeddings.patch_embeddings", WIDTHS[0], 4, stride=4)
        h = made["stem"] = first(norm(last(h), "stem.1", "embeddings.layernorm"))
        for stage in range(4):
            if stage > 0:
                ours, theirs = "stages.%d.downsample." % stage, "encoder.stages.%d.downsampling_layer." % stage
                h = conv(first(norm(last(h), ours + "0", theirs + "0")), ours + "1", theirs + "1", WIDTHS[stage], 2, stride=2)
            for block in range(DEPTHS[stage]):
                ours, theirs = "stages.%d.blocks.%d." % (stage, block), "encoder.stages.%d.layers.%d." % (stage, block)
                width = WIDTHS[stage]
                y = conv(h, ours + "conv_dw", theirs + "dwconv", width, 7, padding=3, groups=width)
                y = linear(norm(last(y), ours + "norm", theirs + "layernorm"), ours + "mlp.fc1", theirs + "pwconv1", 4 * width)
                y = 0.5 * y * (1 + torch.erf(y / math.sqrt(2)))
                gamma, beta = (get(ours + "mlp.grn." + part, theirs + "grn." + part, 4 * width, kept=(1, 1, 1, 4 * width)) for part in ("weight", "bias"))
                lengths = torch.sqrt((y ** 2).sum((1, 2), keepdim=True))
                y = gamma * (y * (lengths / (lengths.mean(-1, keepdim=True) + 1e-6))) + beta + y
                made[ours + "mlp.grn"] = first(y)
                h = made[ours[:-1]] = h + first(linear(y, ours + "mlp.fc2", theirs + "pwconv2", width))
        pooled = norm(h.mean((2, 3)), "head.norm", "layernorm", 1e-12)
        made["logits"] = linear(pooled, "head.fc", "classifier", CLASSES)
        return made

    config = {"architecture": "convnext", "version": 2, "classes": CLASSES, "inputSize": 64, "depths": DEPTHS, "widths": WIDTHS, "headEpsilon": 1e-12, **IMAGENET}
    write("convnext_v2.json", "a restatement of ConvNextV2ForImageClassification, torch %s, float64" % torch.__version__, config, 64, run,
          ["stem", "stages.1.blocks.1.mlp.grn", "stages.2.blocks.1", "stages.3.blocks.0"], "stages.2.blocks.2", 9, keys, SAMPLES)


of_torchvision()
version_two()
