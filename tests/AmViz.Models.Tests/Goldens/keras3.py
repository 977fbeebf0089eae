"""Functional models of Keras as far as saving needs them: layers in Keras's order, and files as Keras 2.12 and later write them.

Restated from keras/src/ops/function.py (map_graph: the order of a model's layers), keras/src/saving/saving_lib.py (what is written where) and
keras/src/applications/*.py (the networks). Keras itself is not needed; python3-h5py is.
"""
import collections
import io
import json
import re
import zipfile

import h5py
import numpy


class Layer:
    """A layer that was called once. Variables are (Keras's word, shape): the trained ones first, as Layer.save_own_variables writes them."""

    def __init__(self, class_name, name, inputs, shape, variables=(), config=None, model=None):
        self.class_name, self.name, self.inputs, self.shape, self.variables = class_name, name, inputs, shape, list(variables)
        self.config, self.model = config or {}, model


class Model:
    """A Functional model; layers are made by its methods, and numbered where they have no name, as in one session of Keras."""

    def __init__(self, name="model", size=224):
        self.name, self.uids, self.outputs = name, collections.Counter(), None
        self.input = Layer("InputLayer", "input_layer", [], (size, size, 3))

    def auto(self, class_name):
        snake = to_snake_case(class_name)
        number = self.uids[snake]
        self.uids[snake] += 1
        return "%s_%d" % (snake, number) if number else snake

    def add(self, class_name, name, inputs, shape=None, variables=(), config=None, model=None):
        inputs = inputs if isinstance(inputs, list) else [inputs]
        return Layer(class_name, name or self.auto(class_name), inputs, shape or inputs[0].shape, variables, config, model)

    def conv(self, x, filters, kernel, name=None, bias=False):
        kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
        variables = [("kernel", kernel + (x.shape[-1], filters))] + ([("bias", (filters,))] if bias else [])
        return self.add("Conv2D", name, x, x.shape[:-1] + (filters,), variables, {"filters": filters, "use_bias": bias})

    def depthwise(self, x, kernel, name=None, bias=False):
        variables = [("depthwise_kernel", (kernel, kernel, x.shape[-1], 1))] + ([("bias", x.shape[-1:])] if bias else [])
        return self.add("DepthwiseConv2D", name, x, None, variables, {"use_bias": bias})

    def norm(self, x, name=None, scale=True):
        names = (["gamma"] if scale else []) + ["beta", "moving_mean", "moving_variance"]
        return self.add("BatchNormalization", name, x, None, [(one, x.shape[-1:]) for one in names], {"scale": scale, "center": True})

    def dense(self, x, units, name=None):
        return self.add("Dense", name, x, (units,), [("kernel", (x.shape[-1], units)), ("bias", (units,))], {"units": units})

    def concatenate(self, branches, name=None):
        return self.add("Concatenate", name, branches, branches[0].shape[:-1] + (sum(branch.shape[-1] for branch in branches),))

    @property
    def layers(self):
        """map_graph: by decreasing distance from the output; at one distance in the order in which a search from the output first meets them."""
        met, ordered, depths = {self.outputs: 0}, [], {}
        pending = [(self.outputs, iter(self.outputs.inputs))]      # the recursion of _build_map_helper
        while pending:
            current, inputs = pending[-1]
            following = next((one for one in inputs if one not in met), None)
            if following is None:
                pending.pop()
                ordered.append(current)
            else:
                met[following] = len(met)
                pending.append((following, iter(following.inputs)))
        for layer in reversed(ordered):
            depth = depths.setdefault(layer, 0)
            for before in layer.inputs:
                depths[before] = max(depth + 1, depths.get(before, 0))
        return sorted(ordered, key=lambda layer: (-depths[layer], met[layer]))


def to_snake_case(name):
    """keras/src/utils/naming.py."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def write_h5(file, model, value, container="layers", names=False, doubled=False, empty=True, path="", separator="/"):
    """H5IOStore: a group for each layer, called by its class and a number, with a group vars inside.

    value(layer, word, shape) gives the numbers. names: as newer versions, which write each layer's name as an attribute. doubled: as Keras 2.12 and
    2.13, whose container has each layer with weights twice, so that numbers are skipped. empty: whether layers without variables have a group, too.
    """
    used = {}
    root = file.create_group(path + "vars" if not path else path + separator + "vars")
    if names:
        root.attrs["name"] = model.name
    prefix = path + separator + container if path else container
    for layer in model.layers:
        for turn in range(2 if doubled and layer.variables else 1):
            name = to_snake_case(layer.class_name)
            used[name] = used.get(name, -1) + 1
            name = "%s_%d" % (name, used[name]) if used[name] else name
            if turn == 1:
                continue
            if layer.model is not None:
                write_h5(file, layer.model, value, container, names, doubled, empty, prefix + separator + name, separator)
                continue
            if layer.variables or names or empty:
                group = file.create_group(prefix + separator + name).create_group("vars")
                if names:
                    group.attrs["name"] = layer.name
                for index, (word, shape) in enumerate(layer.variables):
                    group[str(index)] = value(layer, word, shape)


def config_of(model, name=None):
    """config.json: what serialize_keras_object makes of a Functional model, with the fields that matter and some of the others."""
    def serialized(layer):
        if layer.model is not None:
            return dict(config_of(layer.model, layer.name), name=layer.name, inbound_nodes=[])
        config = dict({"name": layer.name, "trainable": True, "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}}, **layer.config)
        nodes = [{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [None] + list(one.shape), "dtype": "float32", "keras_history": [one.name, 0, 0]}}
                           for one in layer.inputs], "kwargs": {}}] if layer.inputs else []
        return {"module": "keras.layers", "class_name": layer.class_name, "config": config, "registered_name": None, "name": layer.name, "inbound_nodes": nodes}
    layers = model.layers
    return {"module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional", "build_config": {"input_shape": None},
            "config": {"name": name or model.name, "trainable": True, "layers": [serialized(layer) for layer in layers],
                       "input_layers": [[layers[0].name, 0, 0]], "output_layers": [[model.outputs.name, 0, 0]]}}


def write_keras(path, model, value, version="3.0.0", **how):
    """save_model: a zip file, nothing compressed."""
    weights = io.BytesIO()
    with h5py.File(weights, "w") as file:
        write_h5(file, model, value, **how)
        # A compiled model brings its optimizer.
        file.create_group("optimizer").create_group("vars")["0"] = numpy.int64(100)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (("metadata.json", {"keras_version": version, "date_saved": "2024-01-01@00:00:00"}), ("config.json", config_of(model))):
            with archive.open(zipfile.ZipInfo(name), "w") as file:
                file.write(json.dumps(content).encode())
        archive.writestr(zipfile.ZipInfo("model.weights.h5"), weights.getvalue())


def mobilenet_v1(classes=1000, width=1.0, size=224, folded=False):
    m = Model("mobilenet_1.00_%d" % size, size)

    def normed(x, name):
        return m.add("ReLU", name + "_relu", x if folded else m.norm(x, name + "_bn"))

    x = normed(m.conv(m.input, int(32 * width), 3, "conv1", folded), "conv1")
    strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
    for block, (stride, filters) in enumerate(zip(strides, [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]), start=1):
        if stride == 2:
            x = m.add("ZeroPadding2D", "conv_pad_%d" % block, x)
        x = normed(m.depthwise(x, 3, "conv_dw_%d" % block, folded), "conv_dw_%d" % block)
        x = normed(m.conv(x, int(filters * width), 1, "conv_pw_%d" % block, folded), "conv_pw_%d" % block)
    x = m.add("GlobalAveragePooling2D", None, x)
    x = m.add("Dropout", "dropout", x)
    x = m.conv(x, classes, 1, "conv_preds", bias=True)
    m.outputs = m.add("Activation", "predictions", m.add("Reshape", "reshape_2", x))
    return m


def mobilenet_v2(classes=1000, size=224, folded=False, top=True):
    m = Model("mobilenetv2_1.00_%d" % size, size)

    def normed(x, name):
        return x if folded else m.norm(x, name)

    x = m.add("ReLU", "Conv1_relu", normed(m.conv(m.input, 32, 3, "Conv1", folded), "bn_Conv1"))
    block = 0
    for filters, strides, expansion, repeats in [
            (16, 1, 1, 1), (24, 2, 6, 2), (32, 2, 6, 3), (64, 2, 6, 4), (96, 1, 6, 3), (160, 2, 6, 3), (320, 1, 6, 1)]:
        for repeat in range(repeats):
            inputs, stride = x, strides if repeat == 0 else 1
            prefix = "block_%d_" % block if block else "expanded_conv_"
            if block:
                x = m.conv(x, expansion * x.shape[-1], 1, prefix + "expand", folded)
                x = m.add("ReLU", prefix + "expand_relu", normed(x, prefix + "expand_BN"))
            if stride == 2:
                x = m.add("ZeroPadding2D", prefix + "pad", x)
            x = m.add("ReLU", prefix + "depthwise_relu", normed(m.depthwise(x, 3, prefix + "depthwise", folded), prefix + "depthwise_BN"))
            x = normed(m.conv(x, filters, 1, prefix + "project", folded), prefix + "project_BN")
            if stride == 1 and inputs.shape[-1] == filters:
                x = m.add("Add", prefix + "add", [inputs, x])
            block += 1
    x = m.add("ReLU", "out_relu", normed(m.conv(x, 1280, 1, "Conv_1", folded), "Conv_1_bn"))
    if top:
        x = m.dense(m.add("GlobalAveragePooling2D", None, x, (1280,)), classes, "predictions")
    m.outputs = x
    return m


def resnet_v2(classes=1000, blocks=(3, 4, 6, 3), size=224, folded=False):
    m = Model("resnet50v2", size)

    def unit(x, filters, kernel, name):
        x = m.conv(x, filters, kernel, name + "_conv", folded)
        return m.add("Activation", name + "_relu", x if folded else m.norm(x, name + "_bn"))

    def block2(x, filters, name, stride=1, conv_shortcut=False):
        preact = m.add("Activation", name + "_preact_relu", m.norm(x, name + "_preact_bn"))
        if conv_shortcut:
            shortcut = m.conv(preact, 4 * filters, 1, name + "_0_conv", bias=True)
        else:
            shortcut = m.add("MaxPooling2D", None, x) if stride > 1 else x
        x = unit(preact, filters, 1, name + "_1")
        x = unit(m.add("ZeroPadding2D", name + "_2_pad", x), filters, 3, name + "_2")
        return m.add("Add", name + "_out", [shortcut, m.conv(x, 4 * filters, 1, name + "_3_conv", bias=True)])

    x = m.conv(m.add("ZeroPadding2D", "conv1_pad", m.input), 64, 7, "conv1_conv", bias=True)
    x = m.add("MaxPooling2D", "pool1_pool", m.add("ZeroPadding2D", "pool1_pad", x))
    for stage, count in enumerate(blocks):
        for block in range(1, count + 1):
            x = block2(x, 64 << stage, "conv%d_block%d" % (stage + 2, block), 2 if block == count and stage < 3 else 1, block == 1)
    x = m.add("Activation", "post_relu", m.norm(x, "post_bn"))
    m.outputs = m.dense(m.add("GlobalAveragePooling2D", "avg_pool", x, x.shape[-1:]), classes, "predictions")
    return m


def inception_v3(classes=1000, size=299, folded=False):
    m = Model("inception_v3", size)

    def unit(x, filters, rows, columns):
        x = m.conv(x, filters, (rows, columns), bias=folded)
        return m.add("Activation", None, x if folded else m.norm(x, scale=False))

    def chain(x, *units):
        for one in units:
            x = unit(x, *one)
        return x

    def pool(x, kind="MaxPooling2D"):
        return m.add(kind, None, x)

    x = pool(chain(m.input, (32, 3, 3), (32, 3, 3), (64, 3, 3)))
    x = pool(chain(x, (80, 1, 1), (192, 3, 3)))
    for module, pooled in enumerate((32, 64, 64)):
        ones, fives = unit(x, 64, 1, 1), chain(x, (48, 1, 1), (64, 5, 5))
        threes = chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3))
        x = m.concatenate([ones, fives, threes, unit(pool(x, "AveragePooling2D"), pooled, 1, 1)], "mixed%d" % module)
    threes, doubled = unit(x, 384, 3, 3), chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3))
    x = m.concatenate([threes, doubled, pool(x)], "mixed3")
    for module, inner in ((4, 128), (5, 160), (6, 160), (7, 192)):
        ones, sevens = unit(x, 192, 1, 1), chain(x, (inner, 1, 1), (inner, 1, 7), (192, 7, 1))
        doubled = chain(x, (inner, 1, 1), (inner, 7, 1), (inner, 1, 7), (inner, 7, 1), (192, 1, 7))
        x = m.concatenate([ones, sevens, doubled, unit(pool(x, "AveragePooling2D"), 192, 1, 1)], "mixed%d" % module)
    threes, sevens = chain(x, (192, 1, 1), (320, 3, 3)), chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1), (192, 3, 3))
    x = m.concatenate([threes, sevens, pool(x)], "mixed8")
    for i in range(2):
        ones, threes = unit(x, 320, 1, 1), unit(x, 384, 1, 1)
        first, second = unit(threes, 384, 1, 3), unit(threes, 384, 3, 1)
        threes = m.concatenate([first, second], "mixed9_%d" % i)
        doubled = chain(x, (448, 1, 1), (384, 3, 3))
        first, second = unit(doubled, 384, 1, 3), unit(doubled, 384, 3, 1)
        doubled = m.concatenate([first, second])
        x = m.concatenate([ones, threes, doubled, unit(pool(x, "AveragePooling2D"), 192, 1, 1)], "mixed%d" % (9 + i))
    m.outputs = m.dense(m.add("GlobalAveragePooling2D", "avg_pool", x, (2048,)), classes, "predictions")
    return m
