"""Goldens of the Keras applications, restated from their definitions in plain steps on PyTorch's tensors.

/usr/bin/python3 make_keras.py, with Debian's python3-torch and python3-h5py. Keras itself is not needed.
"""
import torch

from golden import CLASSES, at, write
from keras import Keras

AGAINST = "a restatement of Keras applications' %s, torch " + torch.__version__ + ", float64"


def write_keras(file, name, config, size, build, layers, target, channel, key=lambda name: name):
    """key: from the name of a tensor to the one that it has in Keras's own file."""
    network, keys = Keras(), {}

    def run(x):
        build(network, 2 * x - 1)
        keys.update({key(name): shape for name, shape in network.keys.items()})
        return network.made

    config = dict(config, classes=CLASSES, inputSize=size, preprocessing="x / 127.5 - 1")
    write(file, AGAINST % name, config, size, run, layers, target, channel, keys)
    return network


def counted_from_one(name):
    """The published file of InceptionV3 is of a Keras that numbered the first layer of a kind 1: conv2d_1 ... conv2d_94."""
    layer, _, tensor = name.partition("/")
    kind, _, number = layer.rpartition("_")
    if layer in ("conv2d", "batch_normalization"):
        return "%s_1/%s" % (layer, tensor)
    return "%s_%d/%s" % (kind, int(number) + 1, tensor) if number.isdigit() else name


def mobilenet_v1(k, x, width=1):
    x = k.conv(x, "conv1", int(32 * width), 3, strides=2, padding="same")
    x = k.relu(k.norm(x, "conv1_bn", 1e-3), "conv1_relu", 6)
    strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
    filters = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024]
    for n in range(13):
        block = n + 1
        if strides[n] == 2:
            x = k.depthwise(k.pad(x, 0, 1, 0, 1), "conv_dw_%d" % block, 3, strides=2)
        else:
            x = k.depthwise(x, "conv_dw_%d" % block, 3, padding="same")
        x = k.relu(k.norm(x, "conv_dw_%d_bn" % block, 1e-3), "conv_dw_%d_relu" % block, 6)
        x = k.conv(x, "conv_pw_%d" % block, int(filters[n] * width), 1, padding="same")
        x = k.relu(k.norm(x, "conv_pw_%d_bn" % block, 1e-3), "conv_pw_%d_relu" % block, 6)
    x = x.mean((2, 3), keepdim=True)
    x = k.conv(x, "conv_preds", CLASSES, 1, padding="same", bias=True)
    k.keep("logits", x.flatten(1))


def mobilenet_v2(k, x):
    def correct_pad(x):
        odd_rows, odd_columns = x.shape[2] % 2, x.shape[3] % 2
        return k.pad(x, odd_rows, 1, odd_columns, 1)

    x = k.conv(x, "Conv1", 32, 3, strides=2, padding="same")
    x = k.relu(k.norm(x, "bn_Conv1", 1e-3), "Conv1_relu", 6)
    block = 0
    for filters, strides, expansion, repeats in [
            (16, 1, 1, 1), (24, 2, 6, 2), (32, 2, 6, 3), (64, 2, 6, 4), (96, 1, 6, 3), (160, 2, 6, 3), (320, 1, 6, 1)]:
        for repeat in range(repeats):
            inputs, stride = x, strides if repeat == 0 else 1
            prefix = "block_%d_" % block if block else "expanded_conv_"
            if block:
                x = k.conv(x, prefix + "expand", expansion * x.shape[1], 1, padding="same")
                x = k.relu(k.norm(x, prefix + "expand_BN", 1e-3), prefix + "expand_relu", 6)
            if stride == 2:
                x = k.depthwise(correct_pad(x), prefix + "depthwise", 3, strides=2)
            else:
                x = k.depthwise(x, prefix + "depthwise", 3, padding="same")
            x = k.relu(k.norm(x, prefix + "depthwise_BN", 1e-3), prefix + "depthwise_relu", 6)
            x = k.norm(k.conv(x, prefix + "project", filters, 1, padding="same"), prefix + "project_BN", 1e-3)
            if stride == 1 and inputs.shape[1] == filters:
                x = k.keep(prefix + "add", inputs + x)
            block += 1
    x = k.relu(k.norm(k.conv(x, "Conv_1", 1280, 1), "Conv_1_bn", 1e-3), "out_relu", 6)
    k.dense(x.mean((2, 3)), "predictions", CLASSES, "logits")


def resnet50_v2(k, x):
    epsilon = 1.001e-5

    def block2(x, filters, name, stride=1, conv_shortcut=False):
        preact = k.relu(k.norm(x, name + "_preact_bn", epsilon), name + "_preact_relu")
        if conv_shortcut:
            shortcut = k.conv(preact, name + "_0_conv", 4 * filters, 1, strides=stride, bias=True)
        else:
            shortcut = torch.nn.functional.max_pool2d(x, 1, stride) if stride > 1 else x
        x = k.conv(preact, name + "_1_conv", filters, 1)
        x = k.relu(k.norm(x, name + "_1_bn", epsilon), name + "_1_relu")
        x = k.conv(k.pad(x, 1, 1, 1, 1), name + "_2_conv", filters, 3, strides=stride)
        x = k.relu(k.norm(x, name + "_2_bn", epsilon), name + "_2_relu")
        x = k.conv(x, name + "_3_conv", 4 * filters, 1, bias=True)
        return k.keep(name + "_out", shortcut + x)

    def stack2(x, filters, blocks, name, stride1=2):
        x = block2(x, filters, name + "_block1", conv_shortcut=True)
        for i in range(2, blocks):
            x = block2(x, filters, name + "_block%d" % i)
        return block2(x, filters, name + "_block%d" % blocks, stride=stride1)

    x = k.conv(k.pad(x, 3, 3, 3, 3), "conv1_conv", 64, 7, strides=2, bias=True)
    x = k.keep("pool1_pool", torch.nn.functional.max_pool2d(k.pad(x, 1, 1, 1, 1), 3, 2))
    x = stack2(x, 64, 3, "conv2")
    x = stack2(x, 128, 4, "conv3")
    x = stack2(x, 256, 6, "conv4")
    x = stack2(x, 512, 3, "conv5", stride1=1)
    x = k.relu(k.norm(x, "post_bn", epsilon), "post_relu")
    k.dense(x.mean((2, 3)), "predictions", CLASSES, "logits")


def inception_v3(k, x):
    count = 0

    def conv2d_bn(x, filters, rows, columns, padding="same", strides=1):
        nonlocal count
        number = "_%d" % count if count else ""
        count += 1
        x = k.conv(x, "conv2d" + number, filters, (rows, columns), strides=strides, padding=padding)
        return k.relu(k.norm(x, "batch_normalization" + number, 1e-3, scale=False), "activation" + number)

    def max_pool(x):
        return torch.nn.functional.max_pool2d(x, 3, 2)

    def concatenate(branches, name):
        return k.keep(name, torch.cat(branches, 1))

    x = conv2d_bn(x, 32, 3, 3, strides=2, padding="valid")
    x = conv2d_bn(x, 32, 3, 3, padding="valid")
    x = conv2d_bn(x, 64, 3, 3)
    x = max_pool(x)
    x = conv2d_bn(x, 80, 1, 1, padding="valid")
    x = conv2d_bn(x, 192, 3, 3, padding="valid")
    x = max_pool(x)

    for module, pooled in enumerate((32, 64, 64)):
        branch1x1 = conv2d_bn(x, 64, 1, 1)
        branch5x5 = conv2d_bn(x, 48, 1, 1)
        branch5x5 = conv2d_bn(branch5x5, 64, 5, 5)
        branch3x3dbl = conv2d_bn(x, 64, 1, 1)
        branch3x3dbl = conv2d_bn(branch3x3dbl, 96, 3, 3)
        branch3x3dbl = conv2d_bn(branch3x3dbl, 96, 3, 3)
        branch_pool = conv2d_bn(k.mean_same(x), pooled, 1, 1)
        x = concatenate([branch1x1, branch5x5, branch3x3dbl, branch_pool], "mixed%d" % module)

    branch3x3 = conv2d_bn(x, 384, 3, 3, strides=2, padding="valid")
    branch3x3dbl = conv2d_bn(x, 64, 1, 1)
    branch3x3dbl = conv2d_bn(branch3x3dbl, 96, 3, 3)
    branch3x3dbl = conv2d_bn(branch3x3dbl, 96, 3, 3, strides=2, padding="valid")
    x = concatenate([branch3x3, branch3x3dbl, max_pool(x)], "mixed3")

    for module, inner in ((4, 128), (5, 160), (6, 160), (7, 192)):
        branch1x1 = conv2d_bn(x, 192, 1, 1)
        branch7x7 = conv2d_bn(x, inner, 1, 1)
        branch7x7 = conv2d_bn(branch7x7, inner, 1, 7)
        branch7x7 = conv2d_bn(branch7x7, 192, 7, 1)
        branch7x7dbl = conv2d_bn(x, inner, 1, 1)
        branch7x7dbl = conv2d_bn(branch7x7dbl, inner, 7, 1)
        branch7x7dbl = conv2d_bn(branch7x7dbl, inner, 1, 7)
        branch7x7dbl = conv2d_bn(branch7x7dbl, inner, 7, 1)
        branch7x7dbl = conv2d_bn(branch7x7dbl, 192, 1, 7)
        branch_pool = conv2d_bn(k.mean_same(x), 192, 1, 1)
        x = concatenate([branch1x1, branch7x7, branch7x7dbl, branch_pool], "mixed%d" % module)

    branch3x3 = conv2d_bn(x, 192, 1, 1)
    branch3x3 = conv2d_bn(branch3x3, 320, 3, 3, strides=2, padding="valid")
    branch7x7x3 = conv2d_bn(x, 192, 1, 1)
    branch7x7x3 = conv2d_bn(branch7x7x3, 192, 1, 7)
    branch7x7x3 = conv2d_bn(branch7x7x3, 192, 7, 1)
    branch7x7x3 = conv2d_bn(branch7x7x3, 192, 3, 3, strides=2, padding="valid")
    x = concatenate([branch3x3, branch7x7x3, max_pool(x)], "mixed8")

    for i in range(2):
        branch1x1 = conv2d_bn(x, 320, 1, 1)
        branch3x3 = conv2d_bn(x, 384, 1, 1)
        branch3x3_1 = conv2d_bn(branch3x3, 384, 1, 3)
        branch3x3_2 = conv2d_bn(branch3x3, 384, 3, 1)
        branch3x3 = concatenate([branch3x3_1, branch3x3_2], "mixed9_%d" % i)
        branch3x3dbl = conv2d_bn(x, 448, 1, 1)
        branch3x3dbl = conv2d_bn(branch3x3dbl, 384, 3, 3)
        branch3x3dbl_1 = conv2d_bn(branch3x3dbl, 384, 1, 3)
        branch3x3dbl_2 = conv2d_bn(branch3x3dbl, 384, 3, 1)
        branch3x3dbl = torch.cat([branch3x3dbl_1, branch3x3dbl_2], 1)
        branch_pool = conv2d_bn(k.mean_same(x), 192, 1, 1)
        x = concatenate([branch1x1, branch3x3, branch3x3dbl, branch_pool], "mixed%d" % (9 + i))
    k.dense(x.mean((2, 3)), "predictions", CLASSES, "logits")


MOBILENET = {"architecture": "mobilenet_v1", "padding": "TensorFlow SAME", "activation": "relu6", "batchNorm": "separate, epsilon 1e-3"}
write_keras("mobilenet_v1_tiny.json", "MobileNet", dict(MOBILENET, width=0.0625), 32, lambda k, x: mobilenet_v1(k, x, 0.0625),
            ["conv_dw_2", "conv_pw_13_bn"], "conv_pw_6_bn", 3).save(at("mobilenet_v1_tiny.h5"))
write_keras("mobilenet_v1.json", "MobileNet", dict(MOBILENET, width=1), 96, mobilenet_v1,
            ["conv1", "conv_dw_4_bn", "conv_pw_8_relu", "conv_pw_13_bn"], "conv_pw_6_bn", 100)
write_keras("mobilenet_v2_keras.json", "MobileNetV2", {"architecture": "mobilenet_v2"},
            97, mobilenet_v2, ["Conv1_relu", "block_3_depthwise_BN", "block_8_add", "block_13_project_BN", "Conv_1_bn"], "block_10_expand_BN", 100)
write_keras("resnet50_v2.json", "ResNet50V2", {"architecture": "resnet_v2", "depth": 50},
            96, resnet50_v2, ["pool1_pool", "conv2_block1_preact_bn", "conv2_block3_out", "conv3_block4_2_relu", "conv4_block1_0_conv", "conv5_block3_out", "post_relu"],
            "conv4_block3_out", 100)
write_keras("inception_v3_keras.json", "InceptionV3", {"architecture": "inception_v3"},
            128, inception_v3, ["activation_2", "mixed0", "mixed3", "conv2d_40", "mixed6", "mixed8", "mixed9_1", "mixed10"], "mixed5", 300, key=counted_from_one)
