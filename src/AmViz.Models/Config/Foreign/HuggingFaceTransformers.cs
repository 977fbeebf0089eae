using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>The Vision Transformers of Hugging Face: what their configurations tell, and what they mean where they tell nothing.</summary>
internal static class HuggingFaceTransformers
{
    private static readonly (string Ours, string Theirs)[] Fields =
    [
        ("inputSize", "image_size"), ("inputChannels", "num_channels"), ("patchSize", "patch_size"), ("width", "hidden_size"), ("depth", "num_hidden_layers"),
        ("heads", "num_attention_heads"), ("mlpWidth", "intermediate_size"), ("layerNormEpsilon", "layer_norm_eps"), ("qkvBias", "qkv_bias"), ("activation", "hidden_act"),
    ];

    /// <summary>ViT and DeiT.</summary>
    public static JsonObject OfVit(JsonElement? config)
    {
        var ours = Base(imageSize: 224, patchSize: 16, epsilon: 1e-12);
        ours["mlpWidth"] = 3072;
        CopyFields(ours, config);
        HuggingFaceConfig.AddClasses(ours, config);
        return ours;
    }

    /// <summary>DINOv2, with and without registers.</summary>
    public static JsonObject OfDino(JsonElement? config)
    {
        var ours = Base(imageSize: 224, patchSize: 14, epsilon: 1e-6);
        ours["layerScale"] = true;
        CopyFields(ours, config);
        HuggingFaceConfig.AddClasses(ours, config);
        AddPerceptron(ours, config);
        if (config.Text("model_type") == "dinov2_with_registers")
        {
            ours["registers"] = 4;
            ours.Copy("registers", config.Field("num_register_tokens"));
        }

        if (HuggingFaceConfig.ClassOf(config)?.EndsWith("ForImageClassification", StringComparison.Ordinal) == true)
        {
            ours["pooling"] = "token_and_mean";
        }

        return ours;
    }

    /// <summary>The image tower of CLIP, by itself or beside that of the texts.</summary>
    public static JsonObject OfClip(JsonElement? config)
    {
        var tower = config.Text("model_type") == "clip" ? config.Field("vision_config") : config;
        var ours = Base(imageSize: 224, patchSize: 32, epsilon: 1e-5);
        ours["mlpWidth"] = 3072;
        ours["activation"] = "quick_gelu";
        ours["patchBias"] = false;
        ours["preNorm"] = true;
        CopyFields(ours, tower);
        ours["classes"] = 0;
        if (HuggingFaceConfig.ClassOf(config) is "CLIPModel" or "CLIPVisionModelWithProjection" or null)
        {
            ours["embedding"] = 512;
            ours.Copy("embedding", config.Field("projection_dim"));
        }
        else if (HuggingFaceConfig.ClassOf(config) is { } other and not "CLIPVisionModel")
        {
            RefuseClass(ours, other);
        }

        return ours;
    }

    /// <summary>The image tower of SigLIP, by itself or beside that of the texts.</summary>
    public static JsonObject OfSiglip(JsonElement? config)
    {
        var tower = config.Text("model_type") == "siglip" ? config.Field("vision_config") : config;
        var ours = Base(imageSize: 224, patchSize: 16, epsilon: 1e-6);
        ours["mlpWidth"] = 3072;
        ours["activation"] = "gelu_tanh";
        ours["classToken"] = false;
        ours["pooling"] = "attention";
        CopyFields(ours, tower);
        ours["classes"] = 0;
        if (HuggingFaceConfig.ClassOf(config) is { } other and not ("SiglipModel" or "SiglipVisionModel"))
        {
            RefuseClass(ours, other);
        }

        // The windows of 14 pixels leave the last pixels of 384 out, which is to take pictures of 378.
        if (Whole(ours, "inputSize") is { } size && Whole(ours, "patchSize") is { } patch && size > patch)
        {
            ours["inputSize"] = size / patch * patch;
        }

        return ours;
    }

    private static JsonObject Base(int imageSize, int patchSize, double epsilon) => new()
    {
        ["architecture"] = "vit",
        ["inputSize"] = imageSize,
        ["patchSize"] = patchSize,
        ["width"] = 768,
        ["depth"] = 12,
        ["heads"] = 12,
        ["layerNormEpsilon"] = epsilon,
    };

    private static void CopyFields(JsonObject ours, JsonElement? config)
    {
        foreach ((var name, var theirs) in Fields)
        {
            ours.Copy(name, config.Field(theirs));
        }

        if (config.Text("hidden_act") is "gelu_pytorch_tanh" or "gelu_new" or "gelu_fast")
        {
            ours["activation"] = "gelu_tanh";
        }
    }

    // Four times the width, or with SwiGLU two thirds of that, made a multiple of eight (modeling_dinov2.py).
    private static void AddPerceptron(JsonObject ours, JsonElement? config)
    {
        var ratio = config.Field("mlp_ratio") is { ValueKind: JsonValueKind.Number } told && told.TryGetDouble(out var number) && number is > 0 and < 1000 ? number : 4;
        if (Whole(ours, "width") is not { } width)
        {
            return;
        }

        var hidden = (int)Math.Min(width * ratio, int.MaxValue / 4);
        var isGated = config.Field("use_swiglu_ffn") is { ValueKind: JsonValueKind.True };
        ours["mlpWidth"] = isGated ? ((int)(hidden * 2.0 / 3) + 7) / 8 * 8 : hidden;
        ours["mlp"] = isGated ? "swiglu" : "plain";
    }

    // A word that our own reading does not know, so that it is told among the other problems.
    private static void RefuseClass(JsonObject ours, string other) => ours["pooling"] = $"that of {other}";

    private static int? Whole(JsonObject ours, string name) => ours[name] is JsonValue value && value.TryGetValue(out int number) && number > 0 ? number : null;
}
