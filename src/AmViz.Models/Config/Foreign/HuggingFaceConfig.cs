using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>The <c>config.json</c> and <c>preprocessor_config.json</c> of Hugging Face's ViT and DeiT.</summary>
internal static class HuggingFaceConfig
{
    private const string PreprocessorFile = "preprocessor_config.json";

    // ViTImageProcessor's own, where no file tells them.
    private static readonly JsonElement Halves = JsonDocument.Parse("[0.5, 0.5, 0.5]").RootElement;

    private static readonly (string Ours, string Theirs)[] Fields =
    [
        ("inputSize", "image_size"), ("inputChannels", "num_channels"), ("patchSize", "patch_size"), ("width", "hidden_size"), ("depth", "num_hidden_layers"),
        ("heads", "num_attention_heads"), ("mlpWidth", "intermediate_size"), ("layerNormEpsilon", "layer_norm_eps"),
        ("activation", "hidden_act"), ("labels", "id2label"),
    ];

    /// <summary>The translation; null where it is not of this library.</summary>
    public static JsonObject? Translate(JsonElement root, Func<string, JsonElement?> sibling)
    {
        JsonElement? config = root;
        if (config.Text("model_type") == "resnet")
        {
            return HuggingFaceResNet.Translate(config, sibling(PreprocessorFile));
        }

        if (config.Text("model_type") is not ("vit" or "deit"))
        {
            return null;
        }

        var ours = new JsonObject { ["architecture"] = "vit" };
        foreach ((var name, var theirs) in Fields)
        {
            ours.Copy(name, config.Field(theirs));
        }

        if (config.Field("id2label") is { ValueKind: JsonValueKind.Object } labels)
        {
            ours["classes"] = labels.EnumerateObject().Count();
        }

        var preprocessor = sibling(PreprocessorFile);
        if (preprocessor.Field("image_mean") is null && preprocessor.Field("image_std") is null)
        {
            // The preprocessor's own: mean and deviation of a half, whatever the number of channels.
            ours["preprocessing"] = "x / 127.5 - 1";
        }
        else
        {
            ours.Standardize(preprocessor.Field("image_mean") ?? Halves, preprocessor.Field("image_std") ?? Halves);
        }

        var provenance = new JsonObject { ["config"] = "of Hugging Face" };
        provenance.Copy("name", config.Field("_name_or_path"));
        ours["provenance"] = provenance;
        return ours;
    }
}
