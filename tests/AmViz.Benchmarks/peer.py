#!/usr/bin/env python3
"""The peer to measure beside `amviz bench`: the usual activation-maximization loop in PyTorch, on a MobileNetV1 weights folder.

Spectrum with 1/f scale, decorrelated colours, sigmoid, jitter of 8 pixels by torch.roll, Adam with 0.05, one image, one thread.
--variant naive runs what tools built on hooks run: batch-norm apart, trainable weights, the whole network at every step.
--variant best  folds batch-norm, freezes the weights and stops at the layer: the best loop that PyTorch's own operations allow.
Prints one JSON line with the median processor time of a step and the objective reached on the clean picture.
"""
import argparse
import json
import pathlib
import statistics
import struct
import time

import numpy
import torch
import torch.nn.functional as F

STRIDE_TWO = ("conv1", "conv_dw_2", "conv_dw_4", "conv_dw_6", "conv_dw_12")
WARM_UP = 3


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            kind = {"F32": numpy.float32, "F16": numpy.float16}[entry["dtype"]]
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            values = numpy.frombuffer(data[begin:end], kind).astype(numpy.float32)
            tensors[name] = torch.from_numpy(values).reshape(entry["shape"])
    return tensors


class Network:
    """Layers in order, each (name, stride, groups); `forward` returns the target's value after batch-norm, before ReLU6."""

    def __init__(self, weights, variant, target):
        self.best, self.target, self.weights = variant == "best", target, weights
        self.layers = ["conv1"] + [f"conv_{kind}_{n}" for n in range(1, 14) for kind in ("dw", "pw")]
        self.layers = [name for name in self.layers if f"{name}.weight" in weights]
        self.folded = {name: self.fold(name) for name in self.layers}
        if not self.best:
            for name, tensor in weights.items():
                tensor.requires_grad_("running" not in name)

    def fold(self, name):
        w = self.weights
        if f"{name}_bn.weight" not in w:
            return w[f"{name}.weight"], w[f"{name}.bias"]
        scale = w[f"{name}_bn.weight"] / torch.sqrt(w[f"{name}_bn.running_var"] + 1e-3)
        kernel = w[f"{name}.weight"] * scale.reshape(-1, 1, 1, 1)
        return kernel, w[f"{name}_bn.bias"] - w[f"{name}_bn.running_mean"] * scale

    def convolve(self, x, name, folded):
        stride = 2 if name in STRIDE_TWO else 1
        if "pw" not in name:
            pads = [max((-(-side // stride) - 1) * stride + 3 - side, 0) for side in x.shape[2:]]
            x = F.pad(x, (pads[1] // 2, pads[1] - pads[1] // 2, pads[0] // 2, pads[0] - pads[0] // 2))
        groups = x.shape[1] if "dw" in name else 1
        if folded or f"{name}_bn.weight" not in self.weights:
            return F.conv2d(x, *self.folded[name], stride=stride, groups=groups)
        norm = [self.weights[f"{name}_bn.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(F.conv2d(x, self.weights[f"{name}.weight"], stride=stride, groups=groups), *norm, eps=1e-3)

    def forward(self, images, folded, stop):
        x, wanted = images * 2 - 1, None
        for name in self.layers:
            x = self.convolve(x, name, folded)
            if name == self.target:
                wanted = x
                if stop:
                    return wanted
            x = F.relu6(x)
        return wanted


class FourierImage:
    def __init__(self, size, generator):
        self.size = size
        rows, columns = numpy.fft.fftfreq(size)[:, None], numpy.fft.rfftfreq(size)[None, :]
        frequency = numpy.maximum(numpy.hypot(rows, columns), 1 / size)
        self.scale = torch.from_numpy(0.25 / frequency).float()[..., None]
        root = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
        self.colour = root / root.norm(dim=0).max()
        self.spectrum = torch.randn(1, 3, size, size // 2 + 1, 2, generator=generator).mul_(0.01).requires_grad_(True)

    def __call__(self):
        planes = torch.fft.irfft2(torch.view_as_complex(self.spectrum * self.scale), s=(self.size, self.size), norm="ortho")
        return torch.sigmoid(torch.matmul(self.colour, planes.flatten(2))).reshape(planes.shape)


def measure(args, forward, clean, **facts):
    """Draws for so many steps; `forward(images)` gives the layer's map [1, C, ...] while drawing, `clean` that of the finished picture."""
    generator = torch.Generator().manual_seed(0)
    image = FourierImage(args.size, generator)
    optimizer = torch.optim.Adam([image.spectrum], lr=0.05)
    took = []
    for _ in range(args.steps):
        begin = time.process_time()
        optimizer.zero_grad()
        shift = torch.randint(-8, 9, (2,), generator=generator).tolist()
        (-forward(torch.roll(image(), shift, (2, 3)))[0, args.channel].mean()).backward()
        optimizer.step()
        took.append(time.process_time() - begin)
    with torch.no_grad():
        reached = clean(image())[0, args.channel].mean().item()
    print(json.dumps({
        "variant": args.variant, "layer": args.layer, "steps": args.steps, **facts,
        "cpuMillisecondsPerChannelStep": round(1e3 * statistics.median(took[WARM_UP:]), 2), "objective": round(reached, 3)}))


def arguments(description, layer):
    """The options that every peer has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=pathlib.Path)
    parser.add_argument("--layer", default=layer)
    parser.add_argument("--channel", type=int, default=0)
    parser.add_argument("--steps", type=int, default=128)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--variant", choices=("best", "naive"), default="best")
    return parser


def main():
    args = arguments(__doc__, "conv_pw_6").parse_args()
    torch.set_num_threads(1)
    network = Network(read_safetensors(args.weights / "model.safetensors"), args.variant, args.layer)
    measure(args, lambda images: network.forward(images, folded=network.best, stop=network.best), lambda images: network.forward(images, folded=True, stop=True))


if __name__ == "__main__":
    main()
