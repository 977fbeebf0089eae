"""Goldens of the families of networks that go by torchvision's names, and numbers and names of the tensors of every network of them.

/usr/bin/python3 make_torchvision_families.py [NAME ...], with Debian's python3-torch and python3-torchvision; without names all, and torchvision.json.
"""
import hashlib
import json
import sys
import warnings

import torch
import torchvision

import golden
from golden import CLASSES, at, fill, write

golden.SAMPLES = 64
IMAGENET = {"preprocessing": "(x / 255 - mean) / std", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}

PUBLISHED = (
    ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2"]
    + ["googlenet"]
    + ["vgg%d%s" % (depth, ending) for depth in (11, 13, 16, 19) for ending in ("", "_bn")]
    + ["densenet%d" % depth for depth in (121, 161, 169, 201)]
    + ["mobilenet_v3_small", "mobilenet_v3_large"]
    + ["efficientnet_b%d" % size for size in range(8)] + ["efficientnet_v2_" + size for size in "sml"]
    + ["regnet_%s_%s" % (kind, size) for kind in "xy" for size in ("400mf", "800mf", "1_6gf", "3_2gf", "8gf", "16gf", "32gf")])

# Sizes are such that in float32 no value next to the kink of a ReLU falls on the other side (resnext50_32x4d: not 64).
# Size, layers, and of which the gradient is taken with its channel. Names of layers are those of torchvision's modules.
GOLDENS = {
    "resnet18": (64, ["bn1", "layer1.0.bn1", "layer2.0", "layer4"], ("layer3.0.bn1", 20)),
    "resnet50": (64, ["layer1.0.bn2", "layer2.0.downsample.1", "layer2.0", "layer4"], ("layer3.0.bn2", 20)),
    "resnext50_32x4d": (80, ["layer1.0.conv2", "layer2.0", "layer4"], ("layer3.0.bn2", 20)),
    "googlenet": (65, ["conv3", "inception3a", "inception4c.branch3.1.bn", "inception5b"], ("inception4b", 200)),
    "vgg11": (64, ["features.0", "features.8", "features.20", "classifier.3"], ("features.11", 20)),
    "vgg11_bn": (72, ["features.1", "features.12", "features.28", "classifier.0"], ("features.15", 20)),
    "densenet121": (64, ["features.denseblock1", "features.denseblock3.denselayer5.norm2", "features.transition2.pool", "features.norm5"], ("features.denseblock2.denselayer7.norm2", 20)),
    "mobilenet_v3_small": (64, ["features.1.block.1", "features.4.block.2", "features.12.1", "classifier.1"], ("features.9.block.1.1", 20)),
    "mobilenet_v3_large": (64, ["features.1", "features.5.block.2", "features.16", "classifier.1"], ("features.13.block.1.1", 20)),
    "efficientnet_b0": (64, ["features.1.0.block.1", "features.3.1", "features.8"], ("features.5.1.block.1.1", 20)),
    "efficientnet_v2_s": (64, ["features.1.1", "features.2.0.block.0.1", "features.4", "features.7"], ("features.4.1.block.1.1", 20)),
    "regnet_x_400mf": (64, ["stem.1", "trunk_output.block2.block2-0.f.b.1", "trunk_output.block2", "trunk_output.block4"], ("trunk_output.block3.block3-0.f.b.1", 20)),
    "regnet_y_400mf": (64, ["trunk_output.block1.block1-0", "trunk_output.block2.block2-1.f.se", "trunk_output.block4"], ("trunk_output.block3.block3-0.f.b.1", 20)),
}


def make(name, classes):
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {"init_weights": False} if name.startswith("vgg") else {}
    return getattr(torchvision.models, name)(num_classes=classes, **options)


def write_golden(name):
    size, layers, (target, channel) = GOLDENS[name]
    model = make(name, CLASSES)
    config = dict({"architecture": name}, **IMAGENET, classes=CLASSES, inputSize=size)
    if name.startswith("vgg"):
        # The classifier of its own would be hundreds of megabytes.
        config["classifierWidth"] = 64
        model.classifier[0], model.classifier[3], model.classifier[6] = torch.nn.Linear(512 * 49, 64), torch.nn.Linear(64, 64), torch.nn.Linear(64, CLASSES)
    if name == "googlenet":
        config["transformInput"] = model.transform_input = True
    if name == "efficientnet_v2_s":
        # With weights of the formula the sums of forty blocks grow until their gates are all open or shut, and rounding decides which. A large epsilon damps every block.
        config["batchNorm"] = "separate, epsilon 1"
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eps = 1.0
    model = model.double().eval()
    model.load_state_dict({tensor: value if tensor.endswith("num_batches_tracked") else fill(tensor, value.shape) for tensor, value in model.state_dict().items()})
    modules = dict(model.named_modules())
    mean, deviation = (torch.tensor(config[field], dtype=torch.float64).view(1, 3, 1, 1) for field in ("mean", "std"))

    def run(x):
        made = {}
        def keep(layer):
            # A dense layer is shown as a map of one position.
            return lambda _, __, output: made.__setitem__(layer, (output if output.dim() == 4 else output[:, :, None, None]).clone())
        handles = [modules[layer].register_forward_hook(keep(layer)) for layer in layers + [target]]
        made["logits"] = model((x - mean) / deviation)
        for handle in handles:
            handle.remove()
        return made

    against = "torchvision %s %s, torch %s, float64" % (torchvision.__version__, name, torch.__version__)
    write(name + ".json", against, config, size, run, layers, target, channel)


def write_table():
    """Of every network the numbers of parameters, the epsilon of its batch-norms, and a digest of the names and shapes of its tensors, a line each, sorted."""
    empty, table = torch.empty, {}
    torch.empty = lambda *shape, **options: empty(*shape, **{**options, "device": "meta"})
    for name in PUBLISHED:
        model = make(name, 1000)
        epsilons = {module.eps for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)}
        state = {tensor: value for tensor, value in model.state_dict().items() if not tensor.endswith("num_batches_tracked")}
        lines = sorted("%s %s\n" % (tensor, "x".join(str(length) for length in value.shape)) for tensor, value in state.items())
        total = sum(value.numel() for value in state.values())
        moving = sum(value.numel() for tensor, value in state.items() if tensor.endswith(("running_mean", "running_var")))
        table[name] = {"trainable": total - moving, "total": total, "epsilon": epsilons.pop() if epsilons else None, "tensors": hashlib.sha256("".join(lines).encode("ascii")).hexdigest()}
        assert not epsilons, name
    torch.empty = empty
    with open(at("torchvision.json"), "w", encoding="ascii") as out:
        out.write("{\n" + ",\n".join("%s: %s" % (json.dumps(name), json.dumps(row)) for name, row in table.items()) + "\n}\n")
    print("torchvision.json", len(table), "networks")


warnings.simplefilter("ignore")
asked = sys.argv[1:]
for name in asked or GOLDENS:
    write_golden(name)
if not asked:
    write_table()
