"""Files as Keras 3 writes them, and the order of Keras's layers: /usr/bin/python3 make_keras3.py, with Debian's python3-h5py. Keras is not needed.

The weights are those of mobilenet_v1_tiny.h5, so that the same golden holds for all.
"""
import json

import h5py
import numpy

import keras3
from keras3 import Model, to_snake_case


def at(name):
    return __file__.rpartition("/")[0] + "/" + name if "/" in __file__ else name


with h5py.File(at("mobilenet_v1_tiny.h5"), "r") as tiny:
    WEIGHTS = {}
    tiny.visititems(lambda name, item: WEIGHTS.__setitem__(name.split("/", 1)[1], item[()]) if isinstance(item, h5py.Dataset) else None)


def value(layer, word, shape):
    stored = WEIGHTS["%s/%s:0" % (layer.name, word)]
    assert stored.shape == tuple(shape), (layer.name, word, stored.shape, shape)
    return stored


TINY = keras3.mobilenet_v1(classes=10, width=0.0625, size=32)


def write_weights(name, model, **how):
    with h5py.File(at(name), "w") as file:
        keras3.write_h5(file, model, value, **how)


def order(model):
    """The layers with variables in Keras's order, by the class that their group is called by."""
    classes = {}
    for layer in model.layers:
        if layer.variables:
            classes.setdefault(to_snake_case(layer.class_name), []).append(layer.name)
    return classes


def small(name="small"):
    """Two branches, so that the order of layers is not that in which they were made: conv2d comes after conv2d_1 and conv2d_2."""
    m = Model(name, 8)
    short = m.conv(m.input, 2, 1)
    long = m.norm(m.conv(m.conv(m.input, 3, 3), 4, 3, bias=True))
    x = m.concatenate([short, m.add("ReLU", None, m.depthwise(long, 3))])
    m.outputs = m.dense(m.add("GlobalAveragePooling2D", None, x, x.shape[-1:]), 5, "predictions")
    return m


def numbered(start=1):
    """The formula of the fixtures: value k of the n-th tensor is sin(0.7 k + 1.3 n)."""
    number = start - 1

    def filled(layer, word, shape):
        nonlocal number
        number += 1
        return numpy.sin(0.7 * numpy.arange(numpy.prod(shape)) + 1.3 * number).astype("float32").reshape(shape)
    return filled


def bfloat16(layer, word, shape):
    """As h5py stores what has the type bfloat16 of ml_dtypes: two bytes of no format."""
    values = numbered()(layer, word, shape)
    return (values.view("uint32") >> 16).astype("uint16").view("V2").reshape(shape)


def write_small_ones():
    folder = at("../Fixtures/")
    keras3.write_keras(folder + "keras3.keras", small(), numbered())
    keras3.write_keras(folder + "keras3_2.13.keras", small(), numbered(), version="2.13.1", container="_layer_checkpoint_dependencies", doubled=True)
    keras3.write_keras(folder + "keras3_named.keras", small(), numbered(), version="3.10.0", names=True)
    with h5py.File(folder + "keras3_named.weights.h5", "w") as file:
        keras3.write_h5(file, small(), numbered(), names=True)
    with h5py.File(folder + "keras3_unnamed.weights.h5", "w") as file:
        keras3.write_h5(file, small(), numbered(), empty=False)
    with h5py.File(folder + "keras3_windows.weights.h5", "w") as file:
        keras3.write_h5(file, small(), numbered(), separator="\\")
    outer = Model("outer", 8)
    outer.outputs = outer.dense(outer.add("Functional", "small", outer.add("Rescaling", "rescaling", outer.input), (5,), model=small()), 2, "head")
    keras3.write_keras(folder + "keras3_nested.keras", outer, numbered())
    with h5py.File(folder + "keras3_bfloat16.weights.h5", "w") as file:
        keras3.write_h5(file, small(), bfloat16, names=True)
        for layer in file["layers"].values():
            for variable in layer["vars"].values():
                variable.attrs["dtype"] = "bfloat16"
    with h5py.File(folder + "hostile_keras3_circle.weights.h5", "w") as file:
        keras3.write_h5(file, small(), numbered())
        file["layers/conv2d/again"] = file["layers"]


if __name__ == "__main__":
    keras3.write_keras(at("keras3_tiny.keras"), TINY, value)
    write_weights("keras3_tiny.weights.h5", TINY, empty=False)
    write_small_ones()
    ORDERS = {}
    for form, folded in (("separate", False), ("folded", True)):
        for name, build in (("mobilenet_v1", keras3.mobilenet_v1), ("mobilenet_v2", keras3.mobilenet_v2), ("inception_v3", keras3.inception_v3), ("resnet_v2", keras3.resnet_v2)):
            ORDERS["%s, %s" % (name, form)] = order(build(folded=folded))
    with open(at("keras3_order.json"), "w", encoding="ascii") as out:
        json.dump(ORDERS, out, separators=(",", ":"))
        out.write("\n")
