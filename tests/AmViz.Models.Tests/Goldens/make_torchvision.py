"""Goldens of torchvision's convolutional networks.

/usr/bin/python3 make_torchvision.py, with Debian's python3-torch and python3-torchvision.
"""
import torch
import torchvision

from golden import CLASSES, fill, write

IMAGENET = {"preprocessing": "(x / 255 - mean) / std", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def write_torchvision(file, model, config, size, ours, layers, target, channel):
    """ours: from the name of a module with tensors to the one of the layer here. layers, target: from our name to (module, output)."""
    model = model.double().eval()
    state = {name: value for name, value in model.state_dict().items() if not name.startswith("AuxLogits.")}

    def filled(name, value):
        module, _, tensor = name.rpartition(".")
        if tensor == "num_batches_tracked":
            return value
        return fill(ours[module] + "." + tensor, value.shape)

    model.load_state_dict({name: filled(name, value) for name, value in state.items()}, strict=False)
    modules = dict(model.named_modules())
    mean, deviation = (torch.tensor(config[name], dtype=torch.float64).view(1, 3, 1, 1) for name in ("mean", "std"))

    def run(x):
        made = {}
        handles = [modules[theirs].register_forward_hook(lambda _, __, output, name=name: made.__setitem__(name, output.clone()))
                   for name, theirs in {**layers, **target}.items()]
        made["logits"] = model((x - mean) / deviation)
        for handle in handles:
            handle.remove()
        return made

    keys = {name: value.shape for name, value in model.state_dict().items()}
    against = "torchvision %s %s, torch %s, float64" % (torchvision.__version__, type(model).__name__, torch.__version__)
    write(file, against, dict(config, classes=CLASSES, inputSize=size), size, run, list(layers), list(target)[0], channel, keys)


def mobilenet_v2():
    model = torchvision.models.mobilenet_v2(num_classes=CLASSES)
    convolutions = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Conv2d)]
    norms = [name for name, module in model.named_modules() if isinstance(module, torch.nn.BatchNorm2d)]
    names = [("Conv1", "bn_Conv1"), ("expanded_conv_depthwise",) * 2, ("expanded_conv_project",) * 2]
    for block in range(1, 17):
        names += [("block_%d_%s" % (block, part),) * 2 for part in ("expand", "depthwise", "project")]
    names += [("Conv_1", "Conv_1_bn")]
    ours = {"classifier.1": "predictions"}
    for convolution, norm, (name, norm_name) in zip(convolutions, norms, names):
        ours[convolution] = name
        ours[norm] = norm_name if norm_name != name else name + "_BN"
    write_torchvision("mobilenet_v2_torchvision.json", model, {"architecture": "mobilenet_v2", "definition": "torchvision", **IMAGENET}, 97, ours,
                      {"Conv1_relu": "features.0", "block_3_depthwise_BN": "features.4.conv.1.1", "block_8_add": "features.9", "Conv_1_bn": "features.18.1"},
                      {"block_10_project_BN": "features.11.conv.3"}, 20)


def inception_v3():
    # At 139 px float32 sees the gradient of float64. At 128 px a value before a ReLU, or two under a max pooling, differ so little
    # that float32 takes the other side, and the gradient is off by a hundredth at some pixels.
    # transform_input takes ImageNet's mean and deviation back and makes x / 127.5 - 1 of it; without it, that is what goes in.
    model = torchvision.models.inception_v3(num_classes=CLASSES, aux_logits=True, transform_input=False, init_weights=False)
    ours = {"fc": "predictions"}
    number = 0
    for name, module in model.named_modules():
        if isinstance(module, torchvision.models.inception.BasicConv2d) and not name.startswith("AuxLogits"):
            suffix = "_%d" % number if number else ""
            ours[name + ".conv"], ours[name + ".bn"] = "conv2d" + suffix, "batch_normalization" + suffix
            number += 1
    config = {"architecture": "inception_v3", "definition": "torchvision", "preprocessing": "(x / 255 - mean) / std", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    write_torchvision("inception_v3_torchvision.json", model, config, 139, ours,
                      {"mixed0": "Mixed_5b", "mixed4": "Mixed_6b", "batch_normalization_70": "Mixed_7a.branch3x3_1.bn", "mixed10": "Mixed_7c"}, {"mixed5": "Mixed_6c"}, 300)


mobilenet_v2()
inception_v3()
