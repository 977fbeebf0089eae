using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>Swin Transformers of the first version, of Hugging Face and timm; the second version keeps its biases otherwise there.</summary>
internal static partial class ForeignSwin
{
    private static readonly (string Ours, string Theirs)[] Fields =
    [
        ("inputSize", "image_size"), ("inputChannels", "num_channels"), ("width", "embed_dim"), ("depths", "depths"), ("heads", "num_heads"), ("window", "window_size"),
        ("layerNormEpsilon", "layer_norm_eps"), ("activation", "hidden_act"),
    ];

    // Width, depth of the third stage and heads of the first one (Liu et al. 2021, section 3.3).
    private static readonly Dictionary<string, (int Width, int Depth, int Heads)> Sizes = new(StringComparer.Ordinal)
    {
        ["tiny"] = (96, 6, 3), ["small"] = (96, 18, 3), ["base"] = (128, 18, 4), ["large"] = (192, 18, 6),
    };

    /// <summary>Of Hugging Face.</summary>
    public static JsonObject OfHuggingFace(JsonElement? config)
    {
        var ours = Measures(96, 6, 3, window: 7);
        ours["inputSize"] = 224;
        foreach ((var name, var theirs) in Fields)
        {
            ours.Copy(name, config.Field(theirs));
        }

        HuggingFaceConfig.AddClasses(ours, config);
        return ours;
    }

    /// <summary>Of timm (timm, models/swin_transformer.py); null where the name is none of these networks.</summary>
    /// <param name="name">timm's name of the architecture.</param>
    /// <param name="ours">Gets the measures.</param>
    /// <param name="config">Theirs.</param>
    public static JsonObject? OfTimm(string name, JsonObject ours, JsonElement? config)
    {
        var form = NameForm().Match(name);
        if (!form.Success)
        {
            return null;
        }

        (var width, var depth, var heads) = Sizes[form.Groups["size"].Value];
        foreach ((var field, var value) in Measures(width, depth, heads, int.Parse(form.Groups["window"].ValueSpan, CultureInfo.InvariantCulture)))
        {
            ours[field] = value?.DeepClone();
        }

        if (config.Text("global_pool") is { } pooling and not ("avg" or ""))
        {
            ours["pooling"] = pooling;
        }

        return ours;
    }

    private static JsonObject Measures(int width, int depth, int heads, int window) => new()
    {
        ["architecture"] = "swin",
        ["width"] = width,
        ["depths"] = new JsonArray(2, 2, depth, 2),
        ["heads"] = new JsonArray(heads, 2 * heads, 4 * heads, 8 * heads),
        ["window"] = window,
    };

    [GeneratedRegex("^swin_(?<size>tiny|small|base|large)_patch4_window(?<window>7|12)_[0-9]{3}$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();
}
