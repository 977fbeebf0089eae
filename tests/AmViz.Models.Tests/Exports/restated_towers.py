"""Vision Transformers of Hugging Face that torchvision lacks, restated from their definitions with the names that their files have: modeling_dinov2.py (and its registers),
modeling_clip.py, modeling_siglip.py."""
import torch
import torch.nn.functional as F
from torch import nn

from subject import DEVIATION, MEAN, TOKENS, VECTOR, Layer, Subject

CLASSES = 10
PREPROCESSOR = {"preprocessor_config.json": {"image_mean": MEAN, "image_std": DEVIATION}}

# Width, depth, heads, hidden units.
SIZES = {"sample": (48, 3, 3, 96), "small": (384, 12, 6, 1536), "base": (768, 12, 12, 3072), "large": (1024, 24, 16, 4096)}


class Calls(nn.Module):
    """Modules of names of their own, one after the other."""

    def __init__(self, **modules):
        super().__init__()
        self.order = list(modules)
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x):
        for name in self.order:
            x = getattr(self, name)(x)
        return x


class Blocks(nn.Module):
    """A list of modules under a name, one after the other."""

    def __init__(self, name, modules):
        super().__init__()
        self.name = name
        self.add_module(name, nn.ModuleList(modules))

    def forward(self, x):
        for module in getattr(self, self.name):
            x = module(x)
        return x


class QuickGelu(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class TanhGelu(nn.Module):
    def forward(self, x):
        return F.gelu(x, approximate="tanh")


class Mlp(nn.Module):
    def __init__(self, width, hidden, act):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(width, hidden), act, nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def attend(q, k, v, heads):
    """Every head by itself, [N, T, D]."""
    n, t, d = q.shape
    q, k, v = (value.view(n, -1, heads, d // heads).transpose(1, 2) for value in (q, k, v))
    return ((q @ k.transpose(2, 3) * (d // heads) ** -0.5).softmax(-1) @ v).transpose(1, 2).reshape(n, t, d)


class Patches(nn.Module):
    """Of a convolution of a name, tokens."""

    def __init__(self, name, width, patch, bias=True):
        super().__init__()
        self.name = name
        self.add_module(name, nn.Conv2d(3, width, patch, patch, bias=bias))

    def forward(self, x):
        return getattr(self, self.name)(x).flatten(2).transpose(1, 2)


# DINOv2 of Hugging Face.

class DinoSelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.query, self.key, self.value = heads, nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x):
        return attend(self.query(x), self.key(x), self.value(x), self.heads)


class Scale(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.lambda1 = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * self.lambda1


class SwiGlu(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.weights_in, self.weights_out = nn.Linear(width, 2 * hidden), nn.Linear(hidden, width)

    def forward(self, x):
        gate, value = self.weights_in(x).chunk(2, -1)
        return self.weights_out(F.silu(gate) * value)


class DinoLayer(nn.Module):
    def __init__(self, width, heads, hidden, is_gated):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attention = Calls(attention=DinoSelfAttention(width, heads), output=Calls(dense=nn.Linear(width, width)))
        self.layer_scale1, self.layer_scale2 = Scale(width), Scale(width)
        self.mlp = SwiGlu(width, (hidden * 2 // 3 + 7) // 8 * 8) if is_gated else Mlp(width, hidden, nn.GELU())

    def forward(self, x):
        x = x + self.layer_scale1(self.attention(self.norm1(x)))
        return x + self.layer_scale2(self.mlp(self.norm2(x)))


class DinoEmbeddings(nn.Module):
    def __init__(self, width, patch, size, registers):
        super().__init__()
        self.cls_token, self.mask_token = nn.Parameter(torch.zeros(1, 1, width)), nn.Parameter(torch.zeros(1, width))
        self.register_tokens = nn.Parameter(torch.zeros(1, registers, width)) if registers else None
        self.position_embeddings = nn.Parameter(torch.zeros(1, (size // patch) ** 2 + 1, width))
        self.patch_embeddings = Patches("projection", width, patch)

    def forward(self, x):
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), self.patch_embeddings(x)], 1) + self.position_embeddings
        return x if self.register_tokens is None else torch.cat([x[:, :1], self.register_tokens.expand(x.shape[0], -1, -1), x[:, 1:]], 1)


class DinoClassifier(nn.Module):
    """The class token beside the mean of the patches."""

    def __init__(self, tower, width, registers, classes):
        super().__init__()
        self.registers, self.dinov2_with_registers, self.classifier = registers, tower, nn.Linear(2 * width, classes)

    def forward(self, x):
        x = self.dinov2_with_registers(x)
        return self.classifier(torch.cat([x[:, 0], x[:, 1 + self.registers:].mean(1)], 1))


def dino(size, registers=4, is_gated=False, has_classes=True, patch=14, picture=42):
    width, depth, heads, hidden = SIZES[size]
    tower = Calls(embeddings=DinoEmbeddings(width, patch, picture, registers), encoder=Blocks("layer", [DinoLayer(width, heads, hidden, is_gated) for _ in range(depth)]), layernorm=nn.LayerNorm(width, eps=1e-6))
    network = DinoClassifier(tower, width, registers, CLASSES) if has_classes else tower
    kind, of = ("Dinov2WithRegisters", "dinov2_with_registers") if registers else ("Dinov2", "dinov2")
    config = {
        "model_type": of, "architectures": [kind + ("ForImageClassification" if has_classes else "Model")], "image_size": picture, "patch_size": patch, "hidden_size": width,
        "num_hidden_layers": depth, "num_attention_heads": heads, "mlp_ratio": hidden / width, "layer_norm_eps": 1e-6, "use_swiglu_ffn": is_gated, "num_register_tokens": registers,
        "id2label": {str(place): "class %d" % place for place in range(CLASSES)}}
    head = "dinov2_with_registers." if has_classes else ""
    blocks = [Layer("%sencoder.layer.%d" % (head, block), "hidden_states_%d" % (block + 1), "%sencoder.layer.%d" % (head, block), TOKENS) for block in (0, depth // 2, depth - 1)]
    return Subject(network, config, picture, blocks, has_classes, PREPROCESSOR)


# The image towers of CLIP and SigLIP of Hugging Face.

class TowerAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.k_proj, self.v_proj, self.q_proj, self.out_proj = heads, *(nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        return self.out_proj(attend(self.q_proj(x), self.k_proj(x), self.v_proj(x), self.heads))


class TowerLayer(nn.Module):
    def __init__(self, width, heads, hidden, act, epsilon):
        super().__init__()
        self.self_attn, self.mlp = TowerAttention(width, heads), Mlp(width, hidden, act)
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width, eps=epsilon), nn.LayerNorm(width, eps=epsilon)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class TowerEmbeddings(nn.Module):
    def __init__(self, width, patch, size, has_class):
        super().__init__()
        self.class_embedding = nn.Parameter(torch.zeros(width)) if has_class else None
        self.patch_embedding = nn.Conv2d(3, width, patch, patch, bias=not has_class)
        self.position_embedding = nn.Embedding((size // patch) ** 2 + has_class, width)

    def forward(self, x):
        x = self.patch_embedding(x).flatten(2).transpose(1, 2)
        if self.class_embedding is not None:
            x = torch.cat([self.class_embedding.expand(x.shape[0], 1, -1), x], 1)
        return x + self.position_embedding(torch.arange(x.shape[1]).unsqueeze(0))


class FirstToken(nn.Module):
    def forward(self, x):
        return x[:, 0]


class SiglipHead(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.probe, self.attention = nn.Parameter(torch.zeros(1, 1, width)), nn.MultiheadAttention(width, heads, batch_first=True)
        self.layernorm, self.mlp = nn.LayerNorm(width, eps=1e-6), Mlp(width, hidden, TanhGelu())

    def forward(self, x):
        x = self.attention(self.probe.repeat(x.shape[0], 1, 1), x, x)[0]
        return (x + self.mlp(self.layernorm(x)))[:, 0]


def tower_config(kind, size, patch, picture):
    width, depth, heads, hidden = SIZES[size]
    return {"model_type": kind, "image_size": picture, "patch_size": patch, "hidden_size": width, "num_hidden_layers": depth, "num_attention_heads": heads, "intermediate_size": hidden}


def tower_layers(depth, last):
    return [Layer("vision_model.encoder.layers.%d" % block, "hidden_states_%d" % (block + 1), "vision_model.encoder.layers.%d" % block, TOKENS) for block in (0, depth // 2)] + [last]


def clip(size, patch=8, picture=32, embedding=12):
    width, depth, heads, hidden = SIZES[size]
    tower = Calls(
        embeddings=TowerEmbeddings(width, patch, picture, True), pre_layrnorm=nn.LayerNorm(width, eps=1e-5),
        encoder=Blocks("layers", [TowerLayer(width, heads, hidden, QuickGelu(), 1e-5) for _ in range(depth)]), first=FirstToken(), post_layernorm=nn.LayerNorm(width, eps=1e-5))
    network = Calls(vision_model=tower, visual_projection=nn.Linear(width, embedding, bias=False))
    config = {**tower_config("clip_vision_model", size, patch, picture), "architectures": ["CLIPVisionModelWithProjection"], "hidden_act": "quick_gelu", "layer_norm_eps": 1e-5, "projection_dim": embedding}
    return Subject(network, config, picture, tower_layers(depth, Layer("visual_projection", "embedding", "logits", VECTOR)), False, PREPROCESSOR)


def siglip(size, patch=8, picture=32):
    width, depth, heads, hidden = SIZES[size]
    tower = Calls(
        embeddings=TowerEmbeddings(width, patch, picture, False), encoder=Blocks("layers", [TowerLayer(width, heads, hidden, TanhGelu(), 1e-6) for _ in range(depth)]),
        post_layernorm=nn.LayerNorm(width, eps=1e-6), head=SiglipHead(width, heads, hidden))
    config = {**tower_config("siglip_vision_model", size, patch, picture), "architectures": ["SiglipVisionModel"], "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6}
    return Subject(Calls(vision_model=tower), config, picture, tower_layers(depth, Layer("vision_model.head", "embedding", "logits", VECTOR)), False, PREPROCESSOR)
