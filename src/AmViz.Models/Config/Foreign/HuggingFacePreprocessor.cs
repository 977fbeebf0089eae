using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmViz.Models;

/// <summary>The <c>preprocessor_config.json</c> of Hugging Face's transformers, for networks of which nothing else needs to be told, as those of exported graphs.</summary>
internal static class HuggingFacePreprocessor
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "preprocessor_config.json";

    private const double BrightestFactor = 1 / 255.0;

    private const int Colours = 3;

    /// <summary>Tells what the file does: the size of pictures, the order of their channels and what is done to pixels. What it leaves open stays so.</summary>
    /// <param name="ours">Gets the fields.</param>
    /// <param name="preprocessor">The file; null: there is none.</param>
    public static void AddTo(JsonObject ours, JsonElement? preprocessor)
    {
        if (preprocessor is null)
        {
            return;
        }

        var size = (IsOff(preprocessor, "do_center_crop") ? null : preprocessor.Field("crop_size")) ?? preprocessor.Field("size");
        ours.Copy("inputSize", size.Field("shortest_edge") ?? size.Field("height") ?? (size is { ValueKind: JsonValueKind.Number } ? size : null));
        if (preprocessor.Field("do_flip_channel_order") is { ValueKind: JsonValueKind.True })
        {
            ours["channelOrder"] = "BGR";
        }

        // Some processors, such as that of MobileViT, do not standardize and say nothing of it.
        var (mean, deviation) = (preprocessor.Field("image_mean"), preprocessor.Field("image_std"));
        if (mean is not null && deviation is not null && !IsOff(preprocessor, "do_normalize"))
        {
            ours.Standardize(mean, deviation);
        }
        else if (IsOff(preprocessor, "do_normalize") || (preprocessor.Field("do_normalize") is null && preprocessor.Field("do_rescale") is { ValueKind: JsonValueKind.True }))
        {
            (ours["preprocessing"], ours["mean"], ours["std"]) = ("(x / 255 - mean) / std", Repeated(0), Repeated(1));
        }

        Rescale(ours, preprocessor);
    }

    /// <summary>The processor multiplies pixels up to 255 by a factor before it standardizes; ours divides them by 255: mean and deviation are made to fit.</summary>
    /// <param name="ours">Has them, or not.</param>
    /// <param name="preprocessor">The file; null: there is none.</param>
    public static void Rescale(JsonObject ours, JsonElement? preprocessor)
    {
        double? told = preprocessor.Field("rescale_factor") is { ValueKind: JsonValueKind.Number } factor && factor.TryGetDouble(out var number) ? number : null;
        var scale = (IsOff(preprocessor, "do_rescale") ? 1 : told ?? BrightestFactor) / BrightestFactor;
        if (Math.Abs(scale - 1) < 1e-6 || !(scale is > 0 and < 1e6))
        {
            return;
        }

        foreach (var name in new[] { "mean", "std" })
        {
            if (ours[name] is JsonArray values && values.All(value => value is JsonValue one && one.TryGetValue(out double _)))
            {
                ours[name] = new JsonArray([.. values.Select(value => (JsonNode)(value!.GetValue<double>() / scale))]);
            }
        }
    }

    private static bool IsOff(JsonElement? preprocessor, string flag) => preprocessor.Field(flag) is { ValueKind: JsonValueKind.False };

    private static JsonArray Repeated(double value) => new([.. Enumerable.Range(0, Colours).Select(_ => (JsonNode)value)]);
}
