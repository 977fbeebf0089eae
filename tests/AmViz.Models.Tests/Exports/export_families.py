"""Exports networks of every family with random weights, and what PyTorch makes of them: export_families.py OUT NAME[@SEED] ...

For each NAME there are in OUT/NAME: own/ with tensors and the config.json that goes with them, onnx/ with the graph, reference.safetensors with the picture, the
logits, three layers and the gradient of a channel's mean with respect to the picture, all computed in double precision, and reference.json with names and numbers of
parameters. SEED is of the weights, 0 if it is not told. Networks are those of torchvision and, of what it lacks, of restated.py. Needs PyTorch and torchvision (Debian's 1.13 and 0.14 were used).
"""
import json
import struct
import sys
import time
import warnings
import zlib
from pathlib import Path

import torch
from torch import nn
from torchvision.models.swin_transformer import ShiftedWindowAttention, ShiftedWindowAttentionV2

import families
import restated
from subject import DEVIATION, MEAN, PIXELS, randomize

PICTURES, ROUNDING, STEADY = 48, 1e-6, 1e-4
WANTED = 3

KINDS = {torch.float32: "F32", torch.float64: "F64"}


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, value in tensors.items():
        length = value.numel() * value.element_size()
        header[name] = {"dtype": KINDS[value.dtype], "shape": list(value.shape), "data_offsets": [offset, offset + length]}
        offset += length
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            out.write(value.detach().contiguous().numpy().tobytes())


def write_json(path, content):
    path.write_text(json.dumps(content), encoding="ascii")


def export(subject, folder):
    """As people do it: a batch of one, batch-norm folded away unless asked otherwise."""
    folder.mkdir()
    overridden = torch.overrides.has_torch_function
    # torchvision's second Swin sets a third of a bias to zero while it runs, which the exporter cannot say: here that is done before.
    with torch.no_grad():
        for module in subject.network.modules():
            if isinstance(module, ShiftedWindowAttentionV2):
                third = module.qkv.bias.numel() // 3
                module.qkv.bias[third:2 * third] = 0
    torch.Tensor.zero_ = lambda value: value
    # Nor can it say the attention that PyTorch computes in one step where no gradients are wanted; it asks of its weights whether that is possible, and is told that it is not.
    torch.overrides.has_torch_function = lambda values: len(values) > 5 or overridden(values)
    torch.onnx.export(
        subject.network, torch.zeros(1, 3, subject.size, subject.size), str(folder / "model.onnx"), opset_version=17, input_names=["pixels"], output_names=["scores"],
        training=torch.onnx.TrainingMode.PRESERVE if subject.keeps_batch_norm else torch.onnx.TrainingMode.EVAL, do_constant_folding=not subject.keeps_batch_norm,
    )
    torch.overrides.has_torch_function = overridden
    write_json(folder / "config.json", PIXELS)


def write_own(subject, folder):
    folder.mkdir()
    state = {name: value for name, value in subject.network.state_dict().items() if value.dtype == torch.float32}
    write_safetensors(folder / "model.safetensors", state)
    write_json(folder / "config.json", subject.config)
    for file, content in subject.other_files.items():
        write_json(folder / file, content)


def compute(subject, picture):
    """Logits, values of the layers and the gradient of the last of them, in the picture's number format."""
    network = subject.network.to(picture.dtype)
    mean, deviation = (torch.tensor(numbers, dtype=picture.dtype).view(1, 3, 1, 1) for numbers in (MEAN, DEVIATION))
    modules, made = dict(network.named_modules()), {}
    picture = picture.clone().requires_grad_(True)

    def keep(layer):
        def hook(_, __, output):
            made[layer.module] = layer.shown(output[0] if isinstance(output, tuple) else output).clone()
        return hook

    handles = [modules[layer.module].register_forward_hook(keep(layer)) for layer in subject.layers]
    scores = network((picture - mean) / deviation)
    for handle in handles:
        handle.remove()
    last = made[subject.layers[-1].module]
    channel = last[0].mean((1, 2)).argmax().item()
    last[0, channel].mean().backward()
    values = {"layer%d" % place: made[layer.module] for place, layer in enumerate(subject.layers)}
    if subject.has_classes:
        values["logits"] = scores
    return {**values, "gradient": picture.grad}, channel


def worst(values, exact):
    return {name: ((values[name].double() - exact[name]).abs().max() / exact[name].abs().max()).item() for name in exact}


def parameters(subject):
    """Trained ones, and all, with moving means and variances; and those of the graph: a batch-norm becomes the bias of the convolution before it.

    What only training by masks needs is not of the network. A graph of a Swin has its masks, and its biases laid out: these are not counted beforehand.
    """
    network = subject.network
    trained = sum(value.numel() for name, value in network.named_parameters() if not name.endswith("mask_token"))
    moving = sum(value.numel() for name, value in network.named_buffers() if name.endswith(("running_mean", "running_var")))
    leaves = [module for module in network.modules() if not list(module.children())]
    folded = [] if subject.keeps_batch_norm else [
        (before, norm) for before, norm in zip(leaves, leaves[1:]) if isinstance(norm, nn.BatchNorm2d) and isinstance(before, nn.Conv2d) and before.out_channels == norm.num_features]
    gone = sum((3 if before.bias is None else 4) * norm.num_features for before, norm in folded)
    is_window = any(isinstance(module, ShiftedWindowAttention) for module in network.modules())
    return {"trainable": trained, "total": trained + moving, "graph": None if is_window else trained + moving - gone}


def steady(subject):
    """Some pictures, and what is computed of them: such of which no value lies so near to the kink of a ReLU that rounding decides on which side, and with it part of the gradient.

    Rounding is played by changes of the pixels of the same size. Other kernels round otherwise, so there are several pictures: a kink of one is none of the others.
    """
    found = []
    for _ in range(PICTURES):
        picture = torch.rand(1, 3, subject.size, subject.size)
        exact, channel = compute(subject, picture.double())
        moved = (compute(subject, picture.double() + ROUNDING * (2 * torch.rand(picture.shape) - 1))[0] for _ in range(3))
        if all(worst(values, exact)["gradient"] < STEADY for values in moved):
            found.append((picture, exact, channel))
            if len(found) == WANTED:
                break
    if not found:
        raise SystemExit("none of %d pictures has a steady gradient; choose another seed" % PICTURES)
    return found


def make(name, folder):
    began = time.process_time()
    folder.mkdir()
    network, _, seed = name.partition("@")
    subject = families.find(network) or restated.find(network)
    if subject is None:
        raise SystemExit("no network is called %s" % network)
    randomize(subject.network, subject.size, zlib.crc32(network.encode()) + int(seed or 0))
    for value in subject.network.parameters():
        value.requires_grad_(False)
    write_own(subject, folder / "own")
    export(subject, folder / "onnx")
    exported = time.process_time()
    counts = parameters(subject)
    pictures = steady(subject)
    picture, exact, _ = pictures[0]
    single, _ = compute(subject, picture)
    gradients = {"%s%d" % (part, i): value for i, (other, values, _) in enumerate(pictures) for part, value in (("picture", other), ("gradient", values["gradient"]))}
    write_safetensors(folder / "reference.safetensors", {**exact, **gradients})
    write_json(folder / "reference.json", {
        "size": subject.size, "channels": [channel for _, _, channel in pictures], "parameters": counts, "singlePrecision": worst(single, exact),
        "layers": [{"own": layer.ours, "onnx": layer.onnx} for layer in subject.layers],
    })
    print("%s: %d px, %d parameters, exported in %.1f s, computed in %.1f s, single precision %s" % (
        name, subject.size, counts["total"], exported - began, time.process_time() - exported, {part: "%.0e" % error for part, error in worst(single, exact).items()}), flush=True)


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    out = Path(sys.argv[1])
    for name in sys.argv[2:]:
        make(name, out / name)


if __name__ == "__main__":
    main()
