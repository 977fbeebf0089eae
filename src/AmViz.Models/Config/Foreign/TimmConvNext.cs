using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AmViz.Models;

/// <summary>timm's ConvNeXt and ConvNeXt V2 whose perceptrons are linear maps (timm, models/convnext.py).</summary>
internal static partial class TimmConvNext
{
    /// <summary>Tells the measures; null where the name is none of these networks.</summary>
    /// <param name="name">timm's name of the architecture.</param>
    /// <param name="ours">Gets them.</param>
    /// <param name="config">Theirs.</param>
    public static JsonObject? Of(string name, JsonObject ours, JsonElement? config)
    {
        var form = NameForm().Match(name);
        var version = form.Groups["v2"].Success ? 2 : 1;
        if (!form.Success || ConvNextSizes.Find(version, form.Groups["size"].Value) is not { } size)
        {
            return null;
        }

        ours["architecture"] = "convnext";
        ours["version"] = version;
        ours["depths"] = new JsonArray([.. size.Depths.Select(depth => (JsonNode)depth)]);
        ours["widths"] = new JsonArray([.. size.Widths.Select(width => (JsonNode)width)]);
        if (config.Text("global_pool") is { } pooling and not ("avg" or ""))
        {
            ours["pooling"] = pooling;
        }

        return ours;
    }

    [GeneratedRegex("^convnext(?<v2>v2)?_(?<size>[a-z]{1,10})$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NameForm();
}
