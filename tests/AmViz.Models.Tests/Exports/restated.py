"""The networks that torchvision lacks: those of restated_towers.py, ConvNeXt V2 as Hugging Face's modeling_convnextv2.py has it, and timm's vision_transformer.py with mean pooling and registers."""
import torch
from torch import nn

from restated_towers import CLASSES, PREPROCESSOR, Mlp, attend, clip, dino, siglip
from subject import PIXELS, TOKENS, Layer, Subject

# Depths, width of the first stage.
CONVNEXT = {
    "sample": ([1, 2, 3, 1], 8), "atto": ([2, 2, 6, 2], 40), "femto": ([2, 2, 6, 2], 48), "pico": ([2, 2, 6, 2], 64), "nano": ([2, 2, 8, 2], 80), "tiny": ([3, 3, 9, 3], 96),
    "base": ([3, 3, 27, 3], 128), "large": ([3, 3, 27, 3], 192), "huge": ([3, 3, 27, 3], 352),
}


class ChannelNorm(nn.LayerNorm):
    """Of the channels at each position of a map."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ResponseNorm(nn.Module):
    """GRN (Woo et al. 2023, algorithm 1), channels last."""

    def __init__(self, width):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(1, 1, 1, width)), nn.Parameter(torch.zeros(1, 1, 1, width))

    def forward(self, x):
        lengths = torch.norm(x, p=2, dim=(1, 2), keepdim=True)
        return self.weight * (x * (lengths / (lengths.mean(-1, keepdim=True) + 1e-6))) + self.bias + x


class ConvNextLayer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dwconv, self.layernorm = nn.Conv2d(width, width, 7, padding=3, groups=width), nn.LayerNorm(width, eps=1e-6)
        self.pwconv1, self.act, self.grn, self.pwconv2 = nn.Linear(width, 4 * width), nn.GELU(), ResponseNorm(4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        y = self.layernorm(self.dwconv(x).permute(0, 2, 3, 1))
        return x + self.pwconv2(self.grn(self.act(self.pwconv1(y)))).permute(0, 3, 1, 2)


class ConvNextEmbeddings(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.patch_embeddings, self.layernorm = nn.Conv2d(3, width, 4, 4), ChannelNorm(width, eps=1e-6)

    def forward(self, x):
        return self.layernorm(self.patch_embeddings(x))


class ConvNextStage(nn.Module):
    def __init__(self, before, width, depth):
        super().__init__()
        halving = [ChannelNorm(before, eps=1e-6), nn.Conv2d(before, width, 2, 2)] if before else []
        self.downsampling_layer, self.layers = nn.Sequential(*halving), nn.Sequential(*[ConvNextLayer(width) for _ in range(depth)])

    def forward(self, x):
        return self.layers(self.downsampling_layer(x))


class ConvNextEncoder(nn.Module):
    def __init__(self, depths, widths):
        super().__init__()
        self.stages = nn.ModuleList([ConvNextStage(before, width, depth) for before, width, depth in zip([None] + widths, widths, depths)])

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        return x


class ConvNextTower(nn.Module):
    def __init__(self, depths, widths):
        super().__init__()
        self.embeddings, self.encoder, self.layernorm = ConvNextEmbeddings(widths[0]), ConvNextEncoder(depths, widths), nn.LayerNorm(widths[-1], eps=1e-12)

    def forward(self, x):
        return self.layernorm(self.encoder(self.embeddings(x)).mean([-2, -1]))


class ConvNextClassifier(nn.Module):
    def __init__(self, depths, widths):
        super().__init__()
        self.convnextv2, self.classifier = ConvNextTower(depths, widths), nn.Linear(widths[-1], CLASSES)

    def forward(self, x):
        return self.classifier(self.convnextv2(x))


def convnext(depths, width):
    widths, head = [width << stage for stage in range(4)], "convnextv2.encoder.stages."
    config = {
        "model_type": "convnextv2", "architectures": ["ConvNextV2ForImageClassification"], "image_size": 64, "depths": depths, "hidden_sizes": widths, "layer_norm_eps": 1e-12,
        "hidden_act": "gelu", "id2label": {str(place): "class %d" % place for place in range(CLASSES)}}
    layers = [Layer("convnextv2.embeddings", "stem", "convnextv2.embeddings")]
    layers += [Layer(head + "%d.layers.%d" % (stage, block), "stages.%d.blocks.%d" % (stage, block), head + "%d.layers.%d" % (stage, block)) for stage, block in ((1, 1), (3, 0))]
    return Subject(ConvNextClassifier(depths, widths), config, 64, layers, other_files=PREPROCESSOR)


class TimmAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width)

    def forward(self, x):
        return self.proj(attend(*self.qkv(x).chunk(3, -1), self.heads))


class TimmBlock(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), TimmAttention(width, heads)
        self.norm2, self.mlp = nn.LayerNorm(width, eps=1e-6), Mlp(width, hidden, nn.GELU())

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class TimmPatches(nn.Module):
    def __init__(self, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class MeanTransformer(nn.Module):
    """global_pool='avg', reg_tokens=2, qkv_bias=False."""

    def __init__(self, width, depth, heads, hidden, patch, size):
        super().__init__()
        self.cls_token, self.reg_token = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.zeros(1, 2, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, (size // patch) ** 2 + 3, width))
        self.patch_embed, self.blocks = TimmPatches(width, patch), nn.Sequential(*[TimmBlock(width, heads, hidden) for _ in range(depth)])
        self.fc_norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, CLASSES)

    def forward(self, x):
        x = self.patch_embed(x)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), self.reg_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        return self.head(self.fc_norm(self.blocks(x)[:, 3:].mean(1)))


def mean_transformer():
    config = {
        "architecture": "vit", "classes": CLASSES, "inputSize": 32, "patchSize": 8, "width": 48, "depth": 3, "heads": 3, "mlpWidth": 96, "registers": 2, "positions": "all", "pooling": "mean",
        "poolingNorm": True, "qkvBias": False, **PIXELS}
    return Subject(MeanTransformer(48, 3, 3, 96, 8, 32), config, 32, [Layer("blocks.%d" % block, "hidden_states_%d" % (block + 1), "blocks.%d" % block, TOKENS) for block in (0, 1, 2)])


def find(name):
    """The network of a name with random weights still to come; None where there is none of that name."""
    others = {
        "vit_mean_sample": mean_transformer, "dinov2_sample": lambda: dino("sample"), "dinov2_plain_sample": lambda: dino("sample", registers=0, has_classes=False),
        "dinov2_gated_sample": lambda: dino("sample", is_gated=True), "clip_sample": lambda: clip("sample"), "siglip_sample": lambda: siglip("sample"),
        "clip-vit-base-patch32": lambda: clip("base", 32, 224, 512), "clip-vit-base-patch16": lambda: clip("base", 16, 224, 512), "clip-vit-large-patch14": lambda: clip("large", 14, 224, 768),
        "siglip-base-patch16-224": lambda: siglip("base", 16, 224), "siglip-large-patch16-256": lambda: siglip("large", 16, 256),
        **{"dinov2-%s" % size: lambda size=size: dino(size, 0, has_classes=False, picture=518) for size in ("small", "base", "large")},
        **{"dinov2-with-registers-%s" % size: lambda size=size: dino(size, 4, has_classes=False, picture=518) for size in ("small", "base", "large")},
        **{"convnextv2_%s" % size: lambda size=size: convnext(*CONVNEXT[size]) for size in CONVNEXT},
    }
    return others[name]() if name in others else None
