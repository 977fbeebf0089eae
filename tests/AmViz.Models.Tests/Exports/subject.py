"""What is exported of a network: its modules, how other programs are told of it, and which of its values are compared."""
from dataclasses import dataclass, field

import torch
from torch import nn
from torchvision.ops import SqueezeExcitation

MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
PIXELS = {"preprocessing": "(x / 255 - mean) / std", "mean": MEAN, "std": DEVIATION}

# How a value is shown: maps [N, C, H, W] as they are.
MAPS = lambda value: value
LAST = lambda value: value.permute(0, 3, 1, 2)  # of maps with channels last
TOKENS = lambda value: value.transpose(1, 2).unsqueeze(3)
VECTOR = lambda value: value[:, :, None, None]


@dataclass
class Layer:
    """A value by its module, by our name and by the name that ONNX files have for it; None where it has none."""

    module: str
    ours: str
    onnx: str
    shown: object = MAPS


@dataclass
class Subject:
    """A network, config.json for its tensors (ours, Hugging Face's or timm's), the side of pictures in pixels, and its layers."""

    network: nn.Module
    config: dict
    size: int
    layers: list
    has_classes: bool = True
    other_files: dict = field(default_factory=dict)
    keeps_batch_norm: bool = False


def same(module, shown=MAPS):
    """A layer that has one name everywhere."""
    return Layer(module, module, module, shown)


def randomize(network, size, seed):
    """Weights from a seed, such that values keep their magnitude through all layers; statistics of batch-norms are those of four pictures of noise."""
    torch.manual_seed(seed)
    # Gates that are all open or shut would let rounding decide which.
    gates = {part for module in network.modules() if isinstance(module, SqueezeExcitation) for part in module.modules()}
    with torch.no_grad():
        for module in network.modules():
            for name, value in module.named_parameters(recurse=False):
                if isinstance(module, (nn.LayerNorm, nn.BatchNorm2d)) and name == "weight":
                    value.uniform_(0.75, 1.25)
                elif isinstance(module, (nn.Conv2d, nn.Linear, nn.MultiheadAttention)) and value.dim() > 1:
                    bound = (6 / value[0].numel()) ** 0.5 * (0.2 if module in gates else 1)
                    value.uniform_(-bound, bound)
                elif name == "bias":
                    value.uniform_(-0.2, 0.2)
                else:
                    value.uniform_(-0.5, 0.5)
        norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
        network.eval()
        if not norms:
            return
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None
            norm.train()
        network(torch.randn(4, 3, size, size))
        for norm in norms:
            norm.eval()
            # No channel is multiplied by much more than its neighbours, however little it varied.
            norm.running_var.copy_((norm.running_var + norm.running_var.mean()) / 2)
