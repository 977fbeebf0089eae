"""The networks that torchvision has."""
import torchvision
from torch import nn
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.swin_transformer import PatchMerging, PatchMergingV2, SwinTransformer, SwinTransformerBlock, SwinTransformerBlockV2
from torchvision.models.vision_transformer import VisionTransformer

from subject import LAST, PIXELS, TOKENS, Layer, Subject, same

CLASSES = 10

# Layers, the last of which is the one whose gradient is taken. Exporters fold a batch-norm into its convolution, so that its value is called after that.
LAYERS = {
    "resnet": [Layer("layer1.0.bn1", "layer1.0.bn1", "layer1.0.conv1"), same("layer2.0"), same("layer4")],
    "googlenet": [same("conv3"), same("inception4a"), same("inception5b")],
    "vgg": [],
    "densenet": [Layer("features.denseblock1.denselayer1.norm2", "features.denseblock1.denselayer1.norm2", "features.denseblock1.denselayer1.conv1"),
                 same("features.transition2.pool"), same("features.norm5")],
    "mobilenet": [same("features.1"), same("features.5"), same("features.11")],
    "efficientnet": [same("features.1.0"), same("features.4"), same("features.7")],
    "regnet": [same("trunk_output.block1.block1-0"), same("trunk_output.block2"), same("trunk_output.block4")],
}

CONVNEXT = {
    "convnext_sample": ([1, 2, 3, 1], [8, 16, 32, 64]), "convnext_tiny": ([3, 3, 9, 3], [96, 192, 384, 768]), "convnext_small": ([3, 3, 27, 3], [96, 192, 384, 768]),
    "convnext_base": ([3, 3, 27, 3], [128, 256, 512, 1024]), "convnext_large": ([3, 3, 27, 3], [192, 384, 768, 1536]),
}

# Version, width, depths, heads, window.
SWIN = {
    "swin_sample": (1, 12, [1, 2, 2, 1], [2, 2, 3, 4], 4), "swin_v2_sample": (2, 12, [1, 2, 2, 1], [2, 2, 3, 4], 4),
    "swin_t": (1, 96, [2, 2, 6, 2], [3, 6, 12, 24], 7), "swin_s": (1, 96, [2, 2, 18, 2], [3, 6, 12, 24], 7), "swin_b": (1, 128, [2, 2, 18, 2], [4, 8, 16, 32], 7),
    "swin_v2_t": (2, 96, [2, 2, 6, 2], [3, 6, 12, 24], 8), "swin_v2_s": (2, 96, [2, 2, 18, 2], [3, 6, 12, 24], 8), "swin_v2_b": (2, 128, [2, 2, 18, 2], [4, 8, 16, 32], 8),
}

# Patch, depth, heads, width, hidden units, picture.
VIT = {
    "vit_sample": (8, 3, 3, 48, 96, 32), "vit_b_16": (16, 12, 12, 768, 3072, 224), "vit_b_32": (32, 12, 12, 768, 3072, 224), "vit_l_16": (16, 24, 16, 1024, 4096, 224),
    "vit_l_32": (32, 24, 16, 1024, 4096, 224), "vit_h_14": (14, 32, 16, 1280, 5120, 224),
}


def find(name):
    """The network of a name with random weights still to come; None where torchvision has none of that name."""
    for known, maker in ((CONVNEXT, convnext), (SWIN, swin), (VIT, vit)):
        if name in known:
            return maker(*known[name])
    plain, _, ending = name.partition("-")
    family = next((family for family in LAYERS if family in plain or (family == "resnet" and "resnext" in plain)), None)
    return named(family, plain, ending) if family and hasattr(torchvision.models, plain) else None


class Repeated(nn.Module):
    """One value as the mean of each of 7 by 7 places, which PyTorch's exporter cannot say with adaptive_avg_pool2d."""

    def forward(self, x):
        return x.expand(-1, -1, 7, 7)


def named(family, name, ending):
    """ENDING: 'narrow' for VGG with a narrow classifier, 'unfolded' for a graph that keeps its batch-norms."""
    # What is long or wide is shown small pictures: the more values, the fewer pictures have none at a kink.
    size, classes = 32 if family in ("vgg", "densenet", "regnet") else 64, 1000
    config = {"architecture": name, "classes": classes, "inputSize": size, **PIXELS}
    options = {"aux_logits": False, "init_weights": False} if family == "googlenet" else {"init_weights": False} if family == "vgg" else {}
    network = getattr(torchvision.models, name)(num_classes=classes, **options)
    if family == "vgg":
        network.avgpool = Repeated()
    if ending == "narrow":
        config["classifierWidth"] = 64
        network.classifier[0], network.classifier[3], network.classifier[6] = nn.Linear(512 * 49, 64), nn.Linear(64, 64), nn.Linear(64, classes)
    layers = LAYERS[family] if family != "vgg" else rectified(network)
    if ending == "unfolded":
        layers = [same("layer1.0.bn1")] + layers[1:]
    return Subject(network, config, size, layers, keeps_batch_norm=ending == "unfolded")


def rectified(network):
    """The first, the middle and the last ReLU before the classifier."""
    places = [place for place, module in enumerate(network.features) if isinstance(module, nn.ReLU)]
    return [same("features.%d" % place) for place in (places[0], places[len(places) // 2], places[-1])]


def convnext(depths, widths):
    settings = [CNBlockConfig(width, following, depth) for width, following, depth in zip(widths, widths[1:] + [None], depths)]
    config = {"architecture": "convnext", "classes": CLASSES, "inputSize": 64, "depths": depths, "widths": widths, **PIXELS}
    return Subject(ConvNeXt(settings, num_classes=CLASSES), config, 64, [same("features.0"), same("features.3.1"), same("features.7.0")])


def swin(version, width, depths, heads, window):
    block, merging = ((SwinTransformerBlock, PatchMerging), (SwinTransformerBlockV2, PatchMergingV2))[version - 1]
    network = SwinTransformer([4, 4], width, depths, heads, [window, window], num_classes=CLASSES, block=block, downsample_layer=merging)
    config = {"architecture": "swin", "version": version, "classes": CLASSES, "inputSize": 64, "width": width, "depths": depths, "heads": heads, "window": window, **PIXELS}
    return Subject(network, config, 64, [same("features.0", LAST), same("features.3.1", LAST), same("features.7.0", LAST)])


def vit(patch, depth, heads, width, hidden, size):
    network = VisionTransformer(size, patch, depth, heads, width, hidden, num_classes=CLASSES)
    config = {"architecture": "vit", "classes": CLASSES, "inputSize": size, "patchSize": patch, "width": width, "depth": depth, "heads": heads, "mlpWidth": hidden, **PIXELS}
    block, middle = "encoder.layers.encoder_layer_%d", depth // 2
    units = Layer(block % middle + ".mlp.1", "intermediate_%d" % (middle + 1), block % middle + ".mlp.1", TOKENS)
    blocks = [Layer(block % 0, "hidden_states_1", block % 0, TOKENS), units, Layer(block % (depth - 1), "hidden_states_%d" % depth, block % (depth - 1), TOKENS)]
    return Subject(network, config, size, blocks)
