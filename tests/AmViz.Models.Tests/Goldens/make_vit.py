"""Goldens of Vision Transformers: torchvision's vit_b_16, and a plain restatement of the one of Hugging Face.

/usr/bin/python3 make_vit.py, with Debian's python3-torch and python3-torchvision.
"""
import math
import re

import torch
import torchvision

from golden import CLASSES, at, fill, write

VERSIONS = "torch %s, float64" % torch.__version__


def base_of_torchvision():
    size = 96
    config = {
        "architecture": "vit", "classes": CLASSES, "inputSize": size, "patchSize": 16, "width": 768, "depth": 12, "heads": 12,
        "layerNormEpsilon": 1e-6, "preprocessing": "(x / 255 - mean) / std",
        "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
    }
    model = torchvision.models.vit_b_16(image_size=size, num_classes=CLASSES).double().eval()

    def ours(name):
        for pattern, ours in [
            (r"class_token", "cls_token"),
            (r"conv_proj\.(.*)", r"patch_embed.proj.\1"),
            (r"encoder\.pos_embedding", "pos_embed"),
            (r"encoder\.layers\.encoder_layer_(\d+)\.ln_([12])\.(.*)", r"blocks.\1.norm\2.\3"),
            (r"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.in_proj_(.*)", r"blocks.\1.attn.qkv.\2"),
            (r"encoder\.layers\.encoder_layer_(\d+)\.self_attention\.out_proj\.(.*)", r"blocks.\1.attn.proj.\2"),
            (r"encoder\.layers\.encoder_layer_(\d+)\.mlp\.0\.(.*)", r"blocks.\1.mlp.fc1.\2"),
            (r"encoder\.layers\.encoder_layer_(\d+)\.mlp\.3\.(.*)", r"blocks.\1.mlp.fc2.\2"),
            (r"encoder\.ln\.(.*)", r"norm.\1"),
            (r"heads\.head\.(.*)", r"head.\1"),
        ]:
            if re.fullmatch(pattern, name):
                return re.sub(pattern, ours, name)
        raise KeyError(name)

    state = model.state_dict()
    model.load_state_dict({name: fill(ours(name), value.shape) for name, value in state.items()})
    mean = torch.tensor(config["mean"], dtype=torch.float64).view(1, 3, 1, 1)
    deviation = torch.tensor(config["std"], dtype=torch.float64).view(1, 3, 1, 1)

    def run(x):
        made = {}
        handles = []
        for index, layer in enumerate(model.encoder.layers):
            handles.append(layer.register_forward_hook(
                lambda _, __, output, name="hidden_states_%d" % (index + 1): made.__setitem__(name, output.transpose(1, 2).unsqueeze(3))))
        made["logits"] = model((x - mean) / deviation)
        for handle in handles:
            handle.remove()
        return made

    write("vit_b_16.json", "torchvision %s vit_b_16, %s" % (torchvision.__version__, VERSIONS), config, size, run,
          ["hidden_states_1", "hidden_states_6", "hidden_states_12"], "hidden_states_9", 77,
          {name: value.shape for name, value in state.items()})


def tiny_of_hugging_face():
    """transformers' ViTForImageClassification written out: separate query, key and value, erf GELU, epsilon 1e-12."""
    trained, size, patch, width, depth, heads, hidden = 48, 64, 8, 24, 4, 3, 60
    config = {
        "architecture": "vit", "classes": CLASSES, "inputSize": trained, "patchSize": patch, "width": width, "depth": depth,
        "heads": heads, "mlpWidth": hidden, "layerNormEpsilon": 1e-12, "preprocessing": "x / 127.5 - 1",
    }
    grid = trained // patch
    keys, state = {}, {}

    def get(theirs, shape, ours, part=None):
        value = fill(ours, shape) if part is None else fill(ours, (3 * shape[0],) + tuple(shape[1:]))[part * shape[0]:(part + 1) * shape[0]]
        name = theirs if theirs.startswith("classifier") else "vit." + theirs
        keys[name], state[name] = shape, value.float()
        return value

    def norm(x, theirs, ours):
        weight, bias = get(theirs + ".weight", (width,), ours + ".weight"), get(theirs + ".bias", (width,), ours + ".bias")
        mean = x.mean(-1, keepdim=True)
        variance = ((x - mean) ** 2).mean(-1, keepdim=True)
        return (x - mean) / torch.sqrt(variance + 1e-12) * weight + bias

    def linear(x, outputs, theirs, ours, part=None):
        weight = get(theirs + ".weight", (outputs, x.shape[-1]), ours + ".weight", part)
        bias = get(theirs + ".bias", (outputs,), ours + ".bias", part)
        return x @ weight.t() + bias

    def run(x):
        made = {}
        kernel = get("embeddings.patch_embeddings.projection.weight", (width, 3, patch, patch), "patch_embed.proj.weight")
        bias = get("embeddings.patch_embeddings.projection.bias", (width,), "patch_embed.proj.bias")
        patches = torch.nn.functional.conv2d(2 * x - 1, kernel, bias, stride=patch)
        cls = get("embeddings.cls_token", (1, 1, width), "cls_token")
        positions = get("embeddings.position_embeddings", (1, 1 + grid * grid, width), "pos_embed")
        # interpolate_pos_encoding=True: the picture is larger than those of the training.
        map_ = positions[:, 1:].reshape(1, grid, grid, width).permute(0, 3, 1, 2)
        map_ = torch.nn.functional.interpolate(map_, size=patches.shape[2:], mode="bicubic", align_corners=False)
        positions = torch.cat([positions[:, :1], map_.permute(0, 2, 3, 1).reshape(1, -1, width)], 1)
        h = torch.cat([cls, patches.flatten(2).transpose(1, 2)], 1) + positions
        made["hidden_states_0"] = h.transpose(1, 2).unsqueeze(3)
        for n in range(depth):
            theirs, ours = "encoder.layer.%d." % n, "blocks.%d." % n
            y = norm(h, theirs + "layernorm_before", ours + "norm1")
            q, k, v = (linear(y, width, theirs + "attention.attention." + name, ours + "attn.qkv", part)
                       for part, name in enumerate(("query", "key", "value")))
            outputs = []
            for head in range(heads):
                of = slice(head * width // heads, (head + 1) * width // heads)
                scores = q[..., of] @ k[..., of].transpose(1, 2) / math.sqrt(width // heads)
                outputs.append(scores.softmax(-1) @ v[..., of])
            h = h + linear(torch.cat(outputs, -1), width, theirs + "attention.output.dense", ours + "attn.proj")
            made["attended_%d" % (n + 1)] = h.transpose(1, 2).unsqueeze(3)
            y = linear(norm(h, theirs + "layernorm_after", ours + "norm2"), hidden, theirs + "intermediate.dense", ours + "mlp.fc1")
            y = 0.5 * y * (1 + torch.erf(y / math.sqrt(2)))
            made["intermediate_%d" % (n + 1)] = y.transpose(1, 2).unsqueeze(3)
            h = h + linear(y, width, theirs + "output.dense", ours + "mlp.fc2")
            made["hidden_states_%d" % (n + 1)] = h.transpose(1, 2).unsqueeze(3)
        h = norm(h, "layernorm", "norm")
        made["norm"] = h.transpose(1, 2).unsqueeze(3)
        made["logits"] = linear(h[:, 0], CLASSES, "classifier", "head")
        return made

    write("vit_hugging_face.json", "a restatement of ViTForImageClassification, " + VERSIONS, config, size, run,
          ["hidden_states_0", "attended_2", "intermediate_3", "hidden_states_4", "norm"], "hidden_states_3", 5, keys)
    torch.save({name: value.clone() for name, value in state.items()}, at("vit_hugging_face.pth"))


tiny_of_hugging_face()
base_of_torchvision()
