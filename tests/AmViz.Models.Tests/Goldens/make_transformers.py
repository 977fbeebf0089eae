"""Goldens of Vision Transformers that torchvision lacks, restated from the definitions of their makers: DINOv2 with registers, mean pooling,
the image towers of CLIP and SigLIP. All are small: a few narrow blocks.

/usr/bin/python3 make_transformers.py, with Debian's python3-torch.
"""
import math

import torch
import torch.nn.functional as F

from golden import CLASSES, fill, write

IMAGENET = {"preprocessing": "(x / 255 - mean) / std", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
AGAINST = "a restatement of %s, torch " + torch.__version__ + ", float64"
SAMPLES = 96


def norm(x, weight, bias, epsilon):
    mean = x.mean(-1, keepdim=True)
    variance = ((x - mean) ** 2).mean(-1, keepdim=True)
    return (x - mean) / torch.sqrt(variance + epsilon) * weight + bias


ACTIVATIONS = {
    "gelu": lambda x: 0.5 * x * (1 + torch.erf(x / math.sqrt(2))),
    "quick_gelu": lambda x: x / (1 + torch.exp(-1.702 * x)),
    "gelu_tanh": lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))),
}


class Transformer:
    """Weights are called as timm calls them; theirs(name, shape) tells how another maker would, as a list of (name, shape)."""

    def __init__(self, config, theirs):
        self.config, self.theirs, self.keys = config, theirs, {}
        self.epsilon = config.get("layerNormEpsilon", 1e-6)

    def get(self, name, *shape):
        self.keys.update(self.theirs(name, shape))
        return fill(name, shape)

    def norm(self, x, name):
        return norm(x, self.get(name + ".weight", x.shape[-1]), self.get(name + ".bias", x.shape[-1]), self.epsilon)

    def linear(self, x, name, outputs, bias=True):
        y = x @ self.get(name + ".weight", outputs, x.shape[-1]).t()
        return y + self.get(name + ".bias", outputs) if bias else y

    def attend(self, q, k, v):
        """Each head by itself, [1, T, D]."""
        width = q.shape[-1] // self.config["heads"]
        heads = []
        for head in range(self.config["heads"]):
            of = slice(head * width, (head + 1) * width)
            heads.append((q[..., of] @ k[..., of].transpose(1, 2) / math.sqrt(width)).softmax(-1) @ v[..., of])
        return torch.cat(heads, -1)

    def embed(self, x):
        c = self.config
        patch, width, grid = c["patchSize"], c["width"], c["inputSize"] // c["patchSize"]
        weight = self.get("patch_embed.proj.weight", width, 3, patch, patch)
        bias = self.get("patch_embed.proj.bias", width) if c.get("patchBias", True) else None
        patches = F.conv2d(x, weight, bias, stride=patch)
        before = [self.get("cls_token", 1, 1, width)] if c.get("classToken", True) else []
        if c.get("registers"):
            before += list(self.get("reg_token", 1, c["registers"], width).split(1, 1))
        moved = {"class_token": 1 if c.get("classToken", True) else 0, "patches": 0, "all": len(before)}[c.get("positions", "class_token")]
        positions = self.get("pos_embed", 1, moved + grid * grid, width)
        map_ = positions[:, moved:].reshape(1, grid, grid, width).permute(0, 3, 1, 2)
        if tuple(patches.shape[2:]) != (grid, grid):
            map_ = F.interpolate(map_, size=patches.shape[2:], mode="bicubic", align_corners=False)
        before = [token + positions[:, n:n + 1] if n < moved else token for n, token in enumerate(before)]
        return torch.cat(before + [(patches + map_).flatten(2).transpose(1, 2)], 1), len(before)

    def block(self, h, n, made):
        c = self.config
        name, width = "blocks.%d." % n, c["width"]

        def scaled(x, factors):
            return x * self.get(name + factors, width) if c.get("layerScale") else x

        q, k, v = self.linear(self.norm(h, name + "norm1"), name + "attn.qkv", 3 * width, c.get("qkvBias", True)).split(width, -1)
        h = h + scaled(self.linear(self.attend(q, k, v), name + "attn.proj", width), "ls1.gamma")
        made["attended_%d" % (n + 1)] = h.transpose(1, 2).unsqueeze(3)
        y = self.norm(h, name + "norm2")
        if c.get("mlp") == "swiglu":
            a, b = self.linear(y, name + "mlp.fc1", 2 * c["mlpWidth"]).split(c["mlpWidth"], -1)
            y = a * torch.sigmoid(a) * b
        else:
            y = ACTIVATIONS[c.get("activation", "gelu")](self.linear(y, name + "mlp.fc1", c["mlpWidth"]))
        made["intermediate_%d" % (n + 1)] = y.transpose(1, 2).unsqueeze(3)
        return h + scaled(self.linear(y, name + "mlp.fc2", width), "ls2.gamma")

    def pool(self, h, prefix):
        pooling = self.config.get("pooling", "token")
        if pooling == "token":
            return h[:, 0]
        if pooling == "mean":
            return h[:, prefix:].mean(1)
        if pooling == "token_and_mean":
            return torch.cat([h[:, 0], h[:, prefix:].mean(1)], 1)
        width = self.config["width"]
        weight, bias = self.get("attn_pool.in_proj.weight", 3 * width, width), self.get("attn_pool.in_proj.bias", 3 * width)
        query = self.get("attn_pool.latent", 1, 1, width) @ weight[:width].t() + bias[:width]
        k, v = h @ weight[width:2 * width].t() + bias[width:2 * width], h @ weight[2 * width:].t() + bias[2 * width:]
        x = self.linear(self.attend(query, k, v), "attn_pool.proj", width)
        y = self.linear(self.norm(x, "attn_pool.norm"), "attn_pool.mlp.fc1", self.config["mlpWidth"])
        return (x + self.linear(ACTIVATIONS[self.config["activation"]](y), "attn_pool.mlp.fc2", width))[:, 0]

    def run(self, x):
        c = self.config
        mean, deviation = (torch.tensor(c[name], dtype=torch.float64).view(1, 3, 1, 1) for name in ("mean", "std"))
        made = {}
        h, prefix = self.embed((x - mean) / deviation)
        h = self.norm(h, "norm_pre") if c.get("preNorm") else h
        made["hidden_states_0"] = h.transpose(1, 2).unsqueeze(3)
        for n in range(c["depth"]):
            h = self.block(h, n, made)
            made["hidden_states_%d" % (n + 1)] = h.transpose(1, 2).unsqueeze(3)
        if not c.get("poolingNorm"):
            h = self.norm(h, "norm")
            made["norm"] = h.transpose(1, 2).unsqueeze(3)
        if c["classes"] == 0 and c.get("pooling", "token") == "token" and not c.get("embedding"):
            return made
        pooled = self.pool(h, prefix)
        pooled = self.norm(pooled, "fc_norm") if c.get("poolingNorm") else pooled
        if c["classes"]:
            made["logits"] = self.linear(pooled, "head", c["classes"])
        elif c.get("embedding"):
            made["embedding"] = self.linear(pooled, "visual_projection", c["embedding"], bias=False)[:, :, None, None]
        else:
            made["embedding"] = pooled[:, :, None, None]
        return made


def rename(name, table):
    for ours, theirs in table:
        if name.startswith(ours):
            return theirs + name[len(ours):]
    return None


def apart(name, shape, parts):
    rest = name.rpartition(".")[2]
    return [(part + "." + rest, (shape[0] // 3,) + tuple(shape[1:])) for part in parts]


def of_dino(name, shape):
    """facebook/dinov2-with-registers-small as Dinov2WithRegistersForImageClassification writes it."""
    head = "dinov2_with_registers."
    if name.startswith("head."):
        return [("classifier" + name[4:], shape)]
    if not name.startswith("blocks."):
        return [(head + rename(name, [("cls_token", "embeddings.cls_token"), ("reg_token", "embeddings.register_tokens"), ("pos_embed", "embeddings.position_embeddings"),
                                      ("patch_embed.proj", "embeddings.patch_embeddings.projection"), ("norm", "layernorm")]), shape)]
    _, block, part = name.split(".", 2)
    head += "encoder.layer.%s." % block
    if part.startswith("attn.qkv"):
        return apart(name, shape, [head + "attention.attention." + word for word in ("query", "key", "value")])
    gated = [("mlp.fc1", "mlp.weights_in"), ("mlp.fc2", "mlp.weights_out")]
    return [(head + (rename(part, [("attn.proj", "attention.output.dense"), ("ls1.gamma", "layer_scale1.lambda1"), ("ls2.gamma", "layer_scale2.lambda1")] + gated) or part), shape)]


def of_towers(name, shape):
    """openai/clip-vit-base-patch32 and google/siglip-base-patch16-224."""
    if name.startswith("visual_projection"):
        return [(name, shape)]
    head = "vision_model."
    if name == "cls_token":
        return [(head + "embeddings.class_embedding", shape[2:])]
    if name == "pos_embed":
        return [(head + "embeddings.position_embedding.weight", shape[1:])]
    if not name.startswith("blocks."):
        return [(head + rename(name, [
            ("patch_embed.proj", "embeddings.patch_embedding"), ("norm_pre", "pre_layrnorm"), ("norm", "post_layernorm"), ("attn_pool.latent", "head.probe"),
            ("attn_pool.in_proj.", "head.attention.in_proj_"), ("attn_pool.proj", "head.attention.out_proj"), ("attn_pool.norm", "head.layernorm"), ("attn_pool", "head")]), shape)]
    _, block, part = name.split(".", 2)
    head += "encoder.layers.%s." % block
    if part.startswith("attn.qkv"):
        return apart(name, shape, [head + "self_attn." + word for word in ("q_proj", "k_proj", "v_proj")])
    return [(head + (rename(part, [("attn.proj", "self_attn.out_proj"), ("norm1", "layer_norm1"), ("norm2", "layer_norm2")]) or part), shape)]


def of_timm(name, shape):
    return [(name, shape)]


def make(file, against, config, size, theirs, target, channel, layers=("hidden_states_0", "attended_2", "intermediate_2", "hidden_states_3")):
    config = {"architecture": "vit", "width": 24, "depth": 3, "heads": 3, "mlpWidth": 40, **config, **IMAGENET}
    network = Transformer(config, theirs)
    write(file, AGAINST % against, config, size, network.run, list(layers), target, channel, network.keys, SAMPLES)


make("dinov2_registers.json", "Dinov2WithRegistersForImageClassification with SwiGLU",
     {"classes": CLASSES, "inputSize": 56, "patchSize": 14, "registers": 4, "layerScale": True, "mlp": "swiglu", "pooling": "token_and_mean"},
     70, of_dino, "hidden_states_2", 5)
make("dinov2_timm.json", "timm's vit_small_patch14_reg4_dinov2",
     {"classes": 0, "inputSize": 42, "patchSize": 14, "registers": 4, "positions": "patches", "layerScale": True},
     56, of_timm, "norm", 7, ("hidden_states_0", "hidden_states_2", "norm"))
make("vit_mean.json", "timm's Vision Transformer with global_pool=avg, reg_tokens=2 and qkv_bias=False",
     {"classes": CLASSES, "inputSize": 32, "patchSize": 8, "registers": 2, "positions": "all", "pooling": "mean", "poolingNorm": True, "qkvBias": False},
     48, of_timm, "hidden_states_3", 11)
make("clip_vision.json", "CLIPVisionModelWithProjection",
     {"classes": 0, "inputSize": 32, "patchSize": 8, "preNorm": True, "patchBias": False, "activation": "quick_gelu", "layerNormEpsilon": 1e-5, "embedding": 12},
     32, of_towers, "embedding", 4, ("hidden_states_0", "intermediate_2", "hidden_states_3", "embedding"))
make("siglip_vision.json", "SiglipVisionModel",
     {"classes": 0, "inputSize": 32, "patchSize": 8, "classToken": False, "pooling": "attention", "activation": "gelu_tanh"},
     48, of_towers, "embedding", 9, ("hidden_states_0", "intermediate_2", "hidden_states_3", "embedding"))
