using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Makes of the <c>config.json</c> of other libraries what ours would say, so that a folder fetched from a hub is used as it is.</summary>
internal static class ForeignConfigs
{
    private const int LongestSibling = 1 << 20;

    // What a person, or 'amviz models pull', may add to such a file.
    private static readonly string[] OfOurs = ["checkpointKey", "sha256", "labels"];

    private static readonly string[] OfGraphs = ["labels", "inputSize", "preprocessing", "channelOrder", "mean", "std"];

    private static readonly Func<JsonElement, Func<string, JsonElement?>, JsonObject?>[] Known = [HuggingFaceConfig.Translate, TimmConfig.Translate];

    /// <summary>The translation; null where the text is not of a library known here, and so is taken for our own.</summary>
    /// <param name="root">The text.</param>
    /// <param name="open">From the name of a file beside it to the contents; null where there is none.</param>
    /// <exception cref="WeightsFormatException">A file beside it is not JSON.</exception>
    public static JsonObject? Translate(JsonElement root, Func<string, Stream?> open)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var ours = Known.Select(translate => translate(root, file => Sibling(open, file))).FirstOrDefault(translated => translated is not null);
        foreach (var field in ours is null ? [] : OfOurs)
        {
            ours!.Copy(field, ((JsonElement?)root).Field(field));
        }

        if (ours?["provenance"] is JsonObject provenance && ((JsonElement?)root).Field("provenance") is { ValueKind: JsonValueKind.Object } added)
        {
            foreach (var property in added.EnumerateObject())
            {
                provenance.Copy(property.Name, property.Value);
            }
        }

        return ours;
    }

    /// <summary>Labels, size and preprocessing of a network that is a graph, which tells all else of itself: also of networks that are not known here. Null where the text is not of another library.</summary>
    /// <param name="root">The text; null: there is none, and the file that prepares pictures may be there alone.</param>
    /// <param name="open">From the name of a file beside it to the contents; null where there is none.</param>
    /// <exception cref="WeightsFormatException">A file beside it is not JSON.</exception>
    public static JsonObject? TranslateForGraph(JsonElement? root, Func<string, Stream?> open)
    {
        if (root is { } text && Translate(text, open) is { } translated)
        {
            var fields = translated.Where(field => OfGraphs.Contains(field.Key, StringComparer.Ordinal) && field.Value is not null);
            return new(fields.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        }

        if (root is not null && !HuggingFaceConfig.IsOne(root))
        {
            return null;
        }

        var told = new JsonObject();
        told.Copy("labels", root.Field("id2label"));
        HuggingFacePreprocessor.AddTo(told, Sibling(open, HuggingFacePreprocessor.FileName));
        return told;
    }

    /// <summary>A field of an object; null where it is not there or the object is none.</summary>
    public static JsonElement? Field(this JsonElement? from, string name)
        => from is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A field as text; null where it is none.</summary>
    public static string? Text(this JsonElement? from, string name)
        => from.Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>Copies a field under another name, whatever it is: our own reading checks it.</summary>
    public static void Copy(this JsonObject into, string ours, JsonElement? value)
    {
        if (value is { } there)
        {
            into[ours] = JsonNode.Parse(there.GetRawText());
        }
    }

    /// <summary>Tells the preprocessing by mean and deviation.</summary>
    public static void Standardize(this JsonObject into, JsonElement? mean, JsonElement? deviation)
    {
        into["preprocessing"] = "(x / 255 - mean) / std";
        into.Copy("mean", mean);
        into.Copy("std", deviation);
    }

    private static JsonElement? Sibling(Func<string, Stream?> open, string file)
    {
        using var stream = open(file);
        return stream is null ? null : JsonText.Read(stream, file, LongestSibling, sibling => sibling.Clone());
    }
}
