"""What all goldens have in common: weights and a picture by a formula, and the file that tells what came of them.

A value of a tensor is a hash of its place and of the tensor's name, so that any program makes the same numbers without
a file. All is computed in float64 from weights rounded to float32.
"""
import json
import os

import numpy
import torch

CLASSES = 10
SAMPLES = 256
STRIDE = 7919  # prime, so that the places spread over all channels, rows and columns


def uniform(name, count):
    """Numbers in [-1, 1): FNV-1a of the name, then the finalizer of MurmurHash3 over the places."""
    seed = 0x811C9DC5
    for byte in name.encode("ascii"):
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    with numpy.errstate(over="ignore"):
        h = numpy.arange(count, dtype=numpy.uint32) * numpy.uint32(0x9E3779B1) + numpy.uint32(seed)
        h ^= h >> numpy.uint32(16)
        h *= numpy.uint32(0x85EBCA6B)
        h ^= h >> numpy.uint32(13)
        h *= numpy.uint32(0xC2B2AE35)
        h ^= h >> numpy.uint32(16)
    return h.astype(numpy.float64) / 2.0**31 - 1.0


def fill(name, shape):
    """The tensor of that name: variances positive, activations of order one."""
    shape = tuple(shape)
    u = uniform(name, int(numpy.prod(shape)))
    if name.endswith("running_var"):
        values = 1 + 0.5 * u
    elif name in ("cls_token", "pos_embed"):
        values = 0.5 * u
    elif len(shape) >= 2:
        values = u * numpy.sqrt(6.0 / numpy.prod(shape[1:]))
    elif name.endswith(".weight"):
        values = 1 + 0.25 * u
    else:
        values = 0.2 * u
    return torch.from_numpy(values.astype(numpy.float32).astype(numpy.float64).reshape(shape))


def picture(size):
    """[1, 3, size, size] in [0, 1]."""
    values = 0.5 + 0.5 * uniform("picture", 3 * size * size)
    return torch.from_numpy(values.astype(numpy.float32).astype(numpy.float64).reshape(1, 3, size, size))


def digest(tensor, samples=SAMPLES):
    """Shape, length and some values of a tensor."""
    flat = tensor.detach().contiguous().reshape(-1)
    places = [(i * STRIDE) % flat.numel() for i in range(min(samples, flat.numel()))]
    return {
        "shape": list(tensor.shape),
        "norm": float("%.9g" % flat.norm().item()),
        "samples": [float("%.9g" % flat[place].item()) for place in places],
    }


def at(file):
    """Path of a file beside this one."""
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), file)


def write(file, against, config, size, run, layers, target, channel, keys=None, samples=SAMPLES):
    """Runs a network and writes its golden.

    run(x) returns a dictionary from layer names to values of the picture x, "logits" among them where it has classes; values of
    tokens are [1, D, T, 1], those of an embedding [1, D, 1, 1]. target and channel tell of what the gradient is taken: the mean of that channel.
    """
    x = picture(size).requires_grad_(True)
    made = run(x)
    made[target][0, channel].mean().backward()
    content = {
        "against": against,
        "config": config,
        "size": size,
        "logits": [float("%.9g" % value) for value in made["logits"][0].tolist()] if "logits" in made else [],
        "layers": {name: digest(made[name], samples) for name in layers},
        "gradient": {"layer": target, "channel": channel, **digest(x.grad, samples)},
    }
    if keys is not None:
        content["keys"] = {name: list(shape) for name, shape in keys.items()}
    with open(at(file), "w", encoding="ascii") as out:
        json.dump(content, out, separators=(",", ":"))
        out.write("\n")
    print(file, os.path.getsize(at(file)), "bytes, logits", ["%.3f" % value for value in content["logits"][:4]])
