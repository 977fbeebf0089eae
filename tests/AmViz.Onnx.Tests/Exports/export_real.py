"""Exports real trained networks to ONNX: export_real.py WEIGHTS OUT [NAME ...]

WEIGHTS is the folder with vit_tiny_patch16_224, googlenet_bvlc and cifar10_resnet20; OUT gets NAME.onnx. Each forward pass is written down here from its
definition (Dosovitskiy et al. 2021; Szegedy et al. 2015 as Caffe's bvlc_googlenet has it; He et al. 2016 with shortcuts A), so that nothing is shared with the networks of ours.
The batch is fixed to one in the ViT and in GoogLeNet, as people export by default, and free in ResNet20. Needs PyTorch (1.13 was used).
"""
import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F


def read_safetensors(path):
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32).view(entry["shape"])
    return tensors


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * (d // self.heads) ** -0.5).softmax(-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, t, d))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), Attention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width, eps=1e-6), Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class Vit(nn.Module):
    def __init__(self, width=192, heads=3, depth=12, tokens=197):
        super().__init__()
        self.patch_embed = PatchEmbed(width, 16)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, tokens, width))
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(depth)])
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, 1000)

    def forward(self, x):
        x = self.patch_embed(x)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


class Inception(nn.Module):
    """1x1 | 3x3_reduce -> 3x3 | 5x5_reduce -> 5x5 | pool -> pool_proj."""

    def __init__(self, tensors, name):
        super().__init__()
        for part in ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj"):
            self.add_module(part, convolution(tensors, f"{name}_{part}"))

    def forward(self, x):
        def run(part, value):
            return F.relu(getattr(self, part)(value))

        return torch.cat(
            [run("1x1", x), run("3x3", run("3x3_reduce", x)), run("5x5", run("5x5_reduce", x)), run("pool_proj", F.max_pool2d(x, 3, 1, 1))], 1
        )


def convolution(tensors, name, stride=1, padding=None):
    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    outputs, inputs, side, _ = weight.shape
    module = nn.Conv2d(inputs, outputs, side, stride, side // 2 if padding is None else padding)
    module.weight, module.bias = nn.Parameter(weight), nn.Parameter(bias)
    return module


class GoogLeNet(nn.Module):
    def __init__(self, tensors):
        super().__init__()
        self.conv1 = convolution(tensors, CONV1, 2, 3)
        self.conv2_reduce = convolution(tensors, CONV2_REDUCE)
        self.conv2 = convolution(tensors, CONV2)
        self.lrn = nn.LocalResponseNorm(5, 1e-4, 0.75, 1)
        for name in MODULES:
            self.add_module(f"inception_{name}", Inception(tensors, f"inception_{name}"))
        self.classifier = nn.Linear(1024, 1000)
        self.classifier.weight, self.classifier.bias = (nn.Parameter(tensors[f"{CLASSIFIER}.{part}"].reshape(shape)) for part, shape in (("weight", (1000, 1024)), ("bias", (1000,))))

    def forward(self, x):
        def pool(value):
            return F.max_pool2d(value, 3, 2, ceil_mode=True)

        x = self.lrn(pool(F.relu(self.conv1(x))))
        x = pool(self.lrn(F.relu(self.conv2(F.relu(self.conv2_reduce(x))))))
        for name in MODULES:
            x = getattr(self, f"inception_{name}")(x)
            x = pool(x) if name in ("3b", "4e") else x
        return self.classifier(x.mean((2, 3)))


MODULES = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
CONV1, CONV2_REDUCE, CONV2, CLASSIFIER = "conv1_7x7_s2", "conv2_3x3_reduce", "conv2_3x3", "loss3_classifier"


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.grows = stride == 2

    def forward(self, x):
        branch = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.grows:
            margin = branch.shape[1] // 4
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, margin, margin))
        return F.relu(branch + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        widths = [16, 16, 32, 64]
        for stage in (1, 2, 3):
            blocks = [BasicBlock(widths[stage - 1] if i == 0 else widths[stage], widths[stage], 2 if stage > 1 and i == 0 else 1) for i in range(3)]
            self.add_module(f"layer{stage}", nn.Sequential(*blocks))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def vit_tiny(weights):
    network = Vit()
    network.load_state_dict(read_safetensors(weights / "vit_tiny_patch16_224" / "model.safetensors"))
    return network, 224, False


def googlenet(weights):
    return GoogLeNet(read_safetensors(weights / "googlenet_bvlc" / "model.safetensors")), 224, False


def resnet20(weights):
    state = torch.load(weights / "cifar10_resnet20" / "resnet20-12fca82f.th", map_location="cpu")["state_dict"]
    network = ResNet20()
    network.load_state_dict({name.removeprefix("module."): value for name, value in state.items()})
    return network, 32, True


def main():
    torch.set_num_threads(1)
    weights, out = Path(sys.argv[1]), Path(sys.argv[2])
    for name in sys.argv[3:] or ["vit_tiny", "googlenet", "resnet20"]:
        network, size, is_free = {"vit_tiny": vit_tiny, "googlenet": googlenet, "resnet20": resnet20}[name](weights)
        network.eval()
        torch.onnx.export(
            network, torch.zeros(1, 3, size, size), str(out / f"{name}.onnx"), opset_version=17, input_names=["pixels"], output_names=["scores"],
            dynamic_axes={"pixels": {0: "n"}, "scores": {0: "n"}} if is_free else None,
        )


if __name__ == "__main__":
    main()
