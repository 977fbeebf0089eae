#!/usr/bin/python3
"""Makes the weight files of this folder. Run it with Debian 12's python3-torch (1.13.1) and python3-h5py (3.7.0):

    apt-get install python3-torch python3-h5py
    /usr/bin/python3 make_fixtures.py

Every tensor is filled by a formula that the tests know: value k of tensor n (from 1, in the order below) is sin(0.7 k + 1.3 n),
in the layout of the framework that writes it. Another version of the frameworks writes other bytes with the same meaning.
"""
import argparse
import collections
import datetime
import io
import os
import pathlib
import pickle
import zipfile

import h5py
import numpy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def at(name):
    return os.path.join(HERE, name)


def filled(number, *shape):
    count = int(numpy.prod(shape))
    return numpy.sin(0.7 * numpy.arange(count) + 1.3 * number).astype("float32").reshape(shape)


def tensor(number, *shape):
    return torch.from_numpy(filled(number, *shape))


# --- PyTorch ---------------------------------------------------------------------------------------------------------

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.bn = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 2)


class Settings(dict):
    """As Lightning and OmegaConf save them."""


class History(list):
    """A list that is also an object."""

    def __init__(self, values):
        super().__init__(values)
        self.best = max(values)


def state_dict():
    net = Net()
    with torch.no_grad():
        for number, (_, value) in enumerate(((n, v) for n, v in net.state_dict().items() if v.is_floating_point()), start=1):
            value.copy_(tensor(number, *value.shape))
    return net.state_dict()


def make_torch():
    state = state_dict()
    torch.save(state, at("state_dict.pth"))
    torch.save(state, at("legacy.pth"), _use_new_zipfile_serialization=False)
    # As training scripts save it: nested, wrapped by DataParallel, with an optimizer and numbers beside it.
    torch.save(
        {"epoch": 3, "best": 0.75, "done": False, "note": None, "state_dict": collections.OrderedDict((f"module.{k}", v) for k, v in state.items()),
         "optimizer": {"state": {0: {"step": 1, "exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 0.1, "betas": (0.9, 0.999), "params": [0]}]}},
        at("checkpoint.pth"))
    base = tensor(1, 4, 6)
    views = collections.OrderedDict(
        transposed=base.t(), rows=base[1:3], column=base[:, 2], every_second=base[::2, 1::2], scalar=base[2, 3],
        half=tensor(2, 2, 3).half(), bfloat=tensor(3, 5).bfloat16(), channels_last=tensor(4, 2, 3, 2, 2).contiguous(memory_format=torch.channels_last),
        double=torch.zeros(2, dtype=torch.float64), whole=torch.arange(3), flags=torch.tensor([True, False]), none=torch.zeros(0, 3),
        parameter=torch.nn.Parameter(tensor(5, 2, 2)))
    torch.save(views, at("views.pt"))
    torch.save(views, at("views_protocol4.pt"), pickle_protocol=4)
    torch.save(Net(), at("whole_module.pth"))
    # In the format before PyTorch 1.6: views and formats that cannot be read.
    torch.save(views, at("legacy_views.pth"), _use_new_zipfile_serialization=False)
    torch.save(views, at("legacy_protocol4.pth"), pickle_protocol=4, _use_new_zipfile_serialization=False)
    # What lies beside the tensors of real checkpoints.
    for name, zipped in {"objects.pth": True, "legacy_objects.pth": False}.items():
        torch.save(
            {"args": argparse.Namespace(lr=0.1, data=pathlib.PurePosixPath("/data")), "best_acc": numpy.float64(0.75), "random": numpy.random.RandomState(0).get_state()[:1],
             "when": datetime.datetime(2024, 1, 1), "settings": Settings(lr=0.1), "counts": collections.Counter("aab"), "lists": collections.defaultdict(list, a=[1]),
             "history": History([0.5]), "act": torch.nn.functional.relu, "model": state, "ema": Settings(conv=state["conv.weight"])},
            at(name), _use_new_zipfile_serialization=zipped)
    with open(at("bare.pkl"), "wb") as file:
        pickle.dump({"a": 1}, file)


# --- TorchScript -----------------------------------------------------------------------------------------------------

class Body(torch.nn.Module):
    """A network of three layers for pictures from [-1, 1]: 8 channels at half the size, 6 at a quarter, 4 classes."""

    def __init__(self):
        super().__init__()
        self.stem = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, stride=2, padding=1), torch.nn.ReLU())
        self.block = torch.nn.Conv2d(8, 6, 3, stride=2, padding=1)
        self.head = torch.nn.Linear(6, 4)
        with torch.no_grad():
            for number, (_, value) in enumerate(self.state_dict().items(), start=1):
                value.copy_(0.4 * tensor(number, *value.shape))

    def forward(self, x):
        x = self.block(self.stem(x))
        return self.head(x.mean([2, 3]))


class Outputs(Body):
    def forward(self, x):
        stem = self.stem(x)
        block = self.block(stem)
        return stem, block, self.head(block.mean([2, 3]))


class UpTo(Body):
    def forward(self, x, upto: int):
        x = self.stem(x)
        if upto == 0:
            return x
        x = self.block(x)
        if upto == 1:
            return x
        return self.head(x.mean([2, 3]))


class Tokens(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = torch.nn.Conv2d(3, 5, 8, stride=8)
        with torch.no_grad():
            self.patches.weight.copy_(0.1 * tensor(1, 5, 3, 8, 8))
            self.patches.bias.zero_()

    def forward(self, x):
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        return tokens, tokens.mean(1)


class OneOutput(Body):
    """Two classes by one number, as with binary cross-entropy."""

    def __init__(self):
        super().__init__()
        self.head = torch.nn.Linear(6, 1)
        with torch.no_grad():
            for number, value in enumerate(self.head.parameters(), start=5):
                value.copy_(0.4 * tensor(number, *value.shape))

    def forward(self, x):
        return self.head(self.block(self.stem(x)).mean([2, 3])).squeeze(1)


class Probabilities(torch.nn.Module):
    """Modules that change nothing before the head, and a softmax behind it."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.act = torch.nn.ReLU(inplace=True)
        self.pool = torch.nn.AdaptiveAvgPool2d(1)
        self.flat = torch.nn.Flatten(1)
        self.hidden = torch.nn.Linear(8, 5)
        self.drop = torch.nn.Dropout(0.5)
        self.head = torch.nn.Linear(5, 4)
        self.end = torch.nn.Softmax(1)
        with torch.no_grad():
            for number, (_, value) in enumerate(self.state_dict().items(), start=1):
                value.copy_(0.4 * tensor(number, *value.shape))

    def forward(self, x):
        return self.end(self.head(self.drop(self.hidden(self.flat(self.pool(self.act(self.conv(x))))))))


class Overwritten(Body):
    """Classes first, and a ReLU in place that overwrites the layer before it."""

    def forward(self, x):
        conv = self.stem[0](x)
        relu = torch.relu_(conv)
        return torch.softmax(self.head(self.block(relu).mean([2, 3])), 1), conv, relu


class Named(Body):
    def forward(self, x):
        stem = self.stem(x)
        return {"stem": stem, "logits": self.head(self.block(stem).mean([2, 3]))}


class TwoPictures(Body):
    def forward(self, x, y):
        return self.head(self.block(self.stem(x + y)).mean([2, 3]))


class OneAtATime(Body):
    """As a trace of one picture is."""

    def forward(self, x):
        block = self.block(self.stem(x))
        return block, self.head(block.mean([2, 3]).view(1, 6))


def save_script(program, name):
    """Without the debug tables, which hold the paths of the machine that wrote them."""
    buffer = io.BytesIO()
    torch.jit.save(program, buffer)
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(at(name), "w", zipfile.ZIP_STORED) as kept:
        for entry in whole.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                kept.writestr(zipfile.ZipInfo(entry.filename), whole.read(entry))


class Grey(torch.nn.Module):
    """Pictures of one channel and 14 pixels; one ReLU is called twice, and what it makes is flattened between modules."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(7)
        self.conv1 = torch.nn.Conv2d(1, 4, 3, padding=1)
        self.act = torch.nn.ReLU()
        self.pool = torch.nn.MaxPool2d(2)
        self.conv2 = torch.nn.Conv2d(4, 6, 3, padding=1)
        self.head = torch.nn.Linear(6 * 7 * 7, 5)

    def forward(self, x):
        x = self.pool(self.act(self.conv1(x)))
        x = self.act(self.conv2(x))
        return self.head(x.flatten(1))


def make_torchscript():
    save_script(torch.jit.script(Grey().eval()), "script_grey.pt")
    save_script(torch.jit.trace(Grey().eval(), torch.zeros(1, 1, 14, 14)), "script_grey_traced.pt")
    for name, module in {"script_modules.pt": Body(), "script_tuple.pt": Outputs(), "script_upto.pt": UpTo(), "script_tokens.pt": Tokens()}.items():
        save_script(torch.jit.script(module.eval()), name)
    for name, module in {
        "script_one_output.pt": OneOutput(), "script_probabilities.pt": Probabilities(), "script_overwritten.pt": Overwritten(), "script_named.pt": Named(),
        "script_two_pictures.pt": TwoPictures(), "script_one_at_a_time.pt": OneAtATime(), "script_half.pt": Body().half(), "script_bfloat.pt": Body().bfloat16(), "script_double.pt": Body().double(),
    }.items():
        save_script(torch.jit.script(module.eval()), name)
    # Loading it ends the process in libtorch 2: the operators of another build's oneDNN are not there.
    save_script(torch.jit.optimize_for_inference(torch.jit.script(Body().eval())), "script_aborts.pt")
    picture = torch.from_numpy((0.5 + 0.5 * numpy.sin(0.05 * numpy.arange(3 * 32 * 32))).astype("float32").reshape(1, 3, 32, 32)).requires_grad_()
    values = Outputs().eval()(picture * 2 - 1)
    values[1][0, 3].mean().backward()
    print("script goldens:", [round(float(v.detach().flatten()[7 % v.numel()]), 7) for v in values], [round(float(v), 7) for v in values[2].detach()[0]],
          "gradient", float(picture.grad.abs().sum()))


# --- Keras -----------------------------------------------------------------------------------------------------------

LAYERS = collections.OrderedDict(
    input_1=[],
    conv1=[("conv1/kernel:0", (3, 3, 3, 4))],
    conv1_bn=[("conv1_bn/gamma:0", (4,)), ("conv1_bn/beta:0", (4,)), ("conv1_bn/moving_mean:0", (4,)), ("conv1_bn/moving_variance:0", (4,))],
    conv_dw_1=[("conv_dw_1/depthwise_kernel:0", (3, 3, 4, 1))],
    multiplied=[("multiplied_1/depthwise_kernel:0", (2, 2, 3, 2))],
    predictions=[("predictions_2/kernel:0", (4, 5)), ("predictions_2/bias:0", (5,))],
)


def write_keras(group, layers, storage):
    """What save_weights of Keras before version 3 writes."""
    group.attrs["layer_names"] = [name.encode("utf8") for name in layers]
    group.attrs["backend"] = b"tensorflow"
    group.attrs["keras_version"] = b"2.2.4"
    number = 0
    for layer, weights in layers.items():
        of_layer = group.create_group(layer)
        of_layer.attrs["weight_names"] = [name.encode("utf8") for name, _ in weights]
        for name, shape in weights:
            number += 1
            of_layer.create_dataset(name, data=filled(number, *shape), **storage)


def virtual():
    layout = h5py.VirtualLayout((4,), dtype="float32")
    layout[:] = h5py.VirtualSource("keras.h5", "/conv1_bn/conv1_bn/beta:0", (4,))
    return layout


def make_keras():
    with h5py.File(at("keras.h5"), "w") as file:
        write_keras(file, LAYERS, {})
    with h5py.File(at("keras_gzip.h5"), "w") as file:
        write_keras(file, {"conv1": [("conv1/kernel:0", (3, 3, 3, 16))]}, {"chunks": True, "compression": "gzip", "shuffle": True, "fletcher32": True})
    # A whole model saved by model.save: the weights are one group further down. Half precision, variable-length names.
    with h5py.File(at("keras_model.h5"), "w") as file:
        file.attrs["model_config"] = '{"class_name": "Functional"}'
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = ["conv1"]
        layer = group.create_group("conv1")
        layer.attrs["weight_names"] = ["conv1/kernel:0", "conv1/bias:0"]
        layer.create_dataset("conv1/kernel:0", data=filled(1, 1, 1, 2, 3).astype("float16"))
        layer.create_dataset("conv1/bias:0", data=filled(2, 3))
    # Chunks that stick out of the shape, some without compression.
    with h5py.File(at("keras_chunks.h5"), "w") as file:
        file.attrs["layer_names"] = [b"conv1"]
        layer = file.create_group("conv1")
        layer.attrs["weight_names"] = [b"kernel:0", b"bias:0"]
        layer.create_dataset("kernel:0", data=filled(1, 5, 3, 7), chunks=(2, 3, 4), compression="gzip")
        layer.create_dataset("bias:0", data=filled(2, 100), chunks=(64,))
    # A model that is a layer of another: all its weights are in one group, some of equal last names.
    with h5py.File(at("keras_nested.h5"), "w") as file:
        file.attrs["layer_names"] = [b"inner", b"head"]
        for group, names in {"inner": ["conv1/kernel:0", "conv2/kernel:0"], "head": ["head/bias:0"]}.items():
            layer = file.create_group(group)
            layer.attrs["weight_names"] = [name.encode() for name in names]
            for name in names:
                layer.create_dataset(name, data=filled(1, 2))
    with h5py.File(at("keras_types.h5"), "w") as file:
        file.attrs["layer_names"] = [b"types"]
        layer = file.create_group("types")
        layer.attrs["weight_names"] = [b"double:0", b"whole:0", b"big:0", b"bfloat:0"]
        layer.create_dataset("double:0", data=filled(1, 3).astype("float64"))
        layer.create_dataset("whole:0", data=numpy.arange(3, dtype="int32"))
        layer.create_dataset("big:0", data=filled(3, 3).astype(">f4"))
        bfloat = h5py.h5t.IEEE_F32LE.copy()
        bfloat.set_fields(15, 7, 8, 0, 7)
        bfloat.set_size(2)
        bfloat.set_ebias(127)
        space = h5py.h5s.create_simple((3,))
        dataset = h5py.h5d.create(layer.id, b"bfloat:0", bfloat, space)
        raw = (filled(4, 3).view("uint32") + 0x8000 >> 16).astype("uint16")
        dataset.write(space, space, raw, mtype=bfloat)
    # The newer file format (superblock 3, link messages, attributes in version 3), as libver="latest" writes it.
    with h5py.File(at("keras_latest.h5"), "w", libver="latest") as file:
        write_keras(file, LAYERS, {})
    # The same with more than eight members in a group.
    with h5py.File(at("keras_dense.h5"), "w", libver="latest") as file:
        write_keras(file, {f"layer_{i}": [] for i in range(9)}, {})
    with h5py.File(at("no_keras.h5"), "w") as file:
        file.create_dataset("data/0", data=filled(1, 3))
    # Numbers that lie in another file, and links instead of numbers; the last leads to itself.
    hostile = {
        "hostile_external.h5": lambda layer: layer.create_dataset("kernel:0", (4,), dtype="float32", external=[("/dev/zero", 0, 16)]),
        "hostile_linked.h5": lambda layer: layer.__setitem__("kernel:0", h5py.ExternalLink("keras.h5", "/conv1_bn/conv1_bn/beta:0")),
        "hostile_bomb.h5": lambda layer: layer.create_dataset("kernel:0", data=numpy.zeros((1, 1, 1024, 4096), "float32"), chunks=(1, 1, 1024, 4096), compression="gzip"),
        "hostile_virtual.h5": lambda layer: layer.create_virtual_dataset("kernel:0", virtual()),
        "hostile_circle.h5": lambda layer: layer.__setitem__("kernel:0", h5py.SoftLink("kernel:0")),
    }
    for name, fill in hostile.items():
        with h5py.File(at(name), "w", libver="latest" if "circle" in name else "earliest") as file:
            file.attrs["layer_names"] = [b"conv1"]
            layer = file.create_group("conv1")
            layer.attrs["weight_names"] = [b"kernel:0"]
            fill(layer)


if __name__ == "__main__":
    make_torch()
    make_torchscript()
    make_keras()
    for name in sorted(os.listdir(HERE)):
        print(f"{os.path.getsize(at(name)):8d} {name}")
