using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>The <c>config.json</c> that timm leaves beside its weights.</summary>
internal static partial class TimmConfig
{
    // Width, depth and heads are not told but meant by the name (timm, models/vision_transformer.py).
    private static readonly Dictionary<string, (int Width, int Depth, int Heads)> Sizes = new(StringComparer.Ordinal)
    {
        ["tiny"] = (192, 12, 3),
        ["small"] = (384, 12, 6),
        ["base"] = (768, 12, 12),
        ["large"] = (1024, 24, 16),
    };

    /// <summary>The translation; null where it is not of this library.</summary>
    public static JsonObject? Translate(JsonElement root, Func<string, JsonElement?> sibling)
    {
        JsonElement? config = root;
        var pretrained = config.Field("pretrained_cfg");
        var architecture = config.Text("architecture");
        if (pretrained is null || architecture is null)
        {
            return null;
        }

        var name = NameForm().Match(architecture);
        if (!name.Success)
        {
            return TranslateNamed(config, pretrained, architecture);
        }

        (var width, var depth, var heads) = Sizes[name.Groups["size"].Value];
        var ours = new JsonObject
        {
            ["architecture"] = "vit",
            ["patchSize"] = int.Parse(name.Groups["patch"].ValueSpan, CultureInfo.InvariantCulture),
            ["inputSize"] = int.Parse(name.Groups["side"].ValueSpan, CultureInfo.InvariantCulture),
            ["width"] = width,
            ["depth"] = depth,
            ["heads"] = heads,
            ["pooling"] = config.Text("global_pool") ?? "token",
        };
        Complete(ours, config, pretrained, architecture);
        return ours;
    }

    // A network whose name tells all its measures; whether the name is known, our own reading says.
    private static JsonObject TranslateNamed(JsonElement? config, JsonElement? pretrained, string name)
    {
        var ours = new JsonObject { ["architecture"] = name, ["definition"] = "timm" };
        if (pretrained.Field("input_size") is { ValueKind: JsonValueKind.Array } size && size.GetArrayLength() == 3)
        {
            ours.Copy("inputSize", size[1]);
        }

        Complete(ours, config, pretrained, name);
        return ours;
    }

    private static void Complete(JsonObject ours, JsonElement? config, JsonElement? pretrained, string name)
    {
        ours.Copy("classes", config.Field("num_classes"));
        if (pretrained.Field("input_size") is { ValueKind: JsonValueKind.Array } size && size.GetArrayLength() == 3)
        {
            ours.Copy("inputChannels", size[0]);
        }

        ours.Standardize(pretrained.Field("mean"), pretrained.Field("std"));
        var provenance = new JsonObject { ["config"] = "of timm", ["name"] = name };
        provenance.Copy("license", pretrained.Field("license"));
        ours["provenance"] = provenance;
    }

    [GeneratedRegex("^(vit|deit)_(?<size>tiny|small|base|large)_patch(?<patch>[0-9]{1,3})_(?<side>[0-9]{1,4})$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();
}
