#!/usr/bin/env python3
"""The peer of peer.py for torch modules: ResNet18 of torchvision with random weights, and the trained ViT-tiny of the tests' weights.

    peer_modules.py --network resnet18 --export OUT               OUT/own (safetensors, config.json) and OUT/onnx (model.onnx, config.json)
    peer_modules.py --network vit_tiny --weights DIR --export OUT
    peer_modules.py --network resnet18 --layer layer3.1 --variant best

--variant naive runs what tools built on hooks run: batch-norm apart, trainable weights, the whole network at every step.
--variant best  folds batch-norm, freezes the weights and stops at the layer.
"""
import json
import pathlib
import struct
import sys

import torch

import peer

sys.path.append(str(pathlib.Path(__file__).parent.parent / "AmViz.Onnx.Tests" / "Exports"))
import export_real  # noqa: E402

NORMALIZATION = {"resnet18": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), "vit_tiny": ([0.5] * 3, [0.5] * 3)}
ARCHITECTURES = {"resnet18": "resnet18", "vit_tiny": "vit_tiny_patch16_224"}


def build(args):
    if args.network == "vit_tiny":
        return export_real.vit_tiny(args.weights.parent)[0].eval()
    from torchvision.models import resnet18

    torch.manual_seed(7)
    network = resnet18(weights=None)
    # As trained ones have them: statistics of real maps, so that maps neither vanish nor explode.
    with torch.no_grad():
        for _ in range(3):
            network(torch.randn(4, 3, 128, 128))
    return network.eval()


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        content = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def export(args, network):
    mean, std = NORMALIZATION[args.network]
    for folder in ("own", "onnx"):
        (args.export / folder).mkdir(parents=True, exist_ok=True)
    config = {"architecture": ARCHITECTURES[args.network], "num_classes": 1000, "pretrained_cfg": {"input_size": [3, 224, 224], "mean": mean, "std": std}}
    (args.export / "own" / "config.json").write_text(json.dumps(config))
    (args.export / "onnx" / "config.json").write_text(json.dumps({"preprocessing": "(x / 255 - mean) / std", "mean": mean, "std": std}))
    write_safetensors(args.export / "own" / "model.safetensors", {name: value for name, value in network.state_dict().items() if "num_batches" not in name})
    torch.onnx.export(network, torch.zeros(1, 3, 224, 224), str(args.export / "onnx" / "model.onnx"), opset_version=17, input_names=["pixels"], output_names=["scores"])


def fold(module):
    """Batch-norm into the convolution before it, wherever torchvision's ResNet has one."""
    for block in module.modules():
        for convolution, norm in (("conv1", "bn1"), ("conv2", "bn2"), ("conv3", "bn3")):
            if hasattr(block, convolution) and hasattr(block, norm):
                setattr(block, convolution, torch.nn.utils.fusion.fuse_conv_bn_eval(getattr(block, convolution), getattr(block, norm)))
                setattr(block, norm, torch.nn.Identity())
        if isinstance(block, torch.nn.Sequential) and len(block) == 2 and isinstance(block[1], torch.nn.BatchNorm2d):
            block[0], block[1] = torch.nn.utils.fusion.fuse_conv_bn_eval(block[0], block[1]), torch.nn.Identity()
    return module


class Reached(Exception):
    """The layer's map is there."""


def main():
    parser = peer.arguments(__doc__, "layer3.1")
    parser.add_argument("--network", choices=sorted(ARCHITECTURES), required=True)
    parser.add_argument("--export", type=pathlib.Path)
    args = parser.parse_args()
    torch.set_num_threads(1)
    network = build(args)
    if args.export:
        export(args, network)
        return

    best, kept = args.variant == "best", {}
    if best:
        network = fold(network).requires_grad_(False)
    is_token = args.network == "vit_tiny"
    mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in NORMALIZATION[args.network])

    def keep(_, __, output):
        # Hidden dimensions over tokens stand where channels over positions do.
        kept["map"] = output.transpose(1, 2) if is_token else output
        if kept["stop"]:
            raise Reached

    network.get_submodule(args.layer).register_forward_hook(keep)

    def forward(images, stop):
        kept["stop"] = stop
        try:
            network((images - mean) / std)
        except Reached:
            pass
        return kept["map"]

    peer.measure(args, lambda images: forward(images, best), lambda images: forward(images, True), network=args.network)


if __name__ == "__main__":
    main()
