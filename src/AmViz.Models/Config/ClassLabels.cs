using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Labels of classes in the forms in which people have them, as JSON.</summary>
/// <remarks>
/// A list; an object from index to label, such as Keras' <c>imagenet_class_index.json</c>; an object from label to index, such as torchvision's
/// <c>class_to_idx</c>. A label is a text, or a list of texts of which a WordNet id says nothing to people.
/// </remarks>
internal static partial class ClassLabels
{
    /// <summary>Longest label that is kept, in characters.</summary>
    public const int LongestLabel = 500;

    private const string Unknown = "background";

    /// <summary>Reads them; null if the text is of no known form.</summary>
    /// <remarks>Sized by what is there, never by the number of classes, which a damaged file may tell in millions.</remarks>
    public static IReadOnlyList<string>? Read(JsonElement root)
    {
        var labels = root.ValueKind switch
        {
            JsonValueKind.Array => [.. root.EnumerateArray().Select(Text)],
            JsonValueKind.Object => InOrder(root.EnumerateObject().Select(Indexed).ToList()),
            _ => null,
        };
        return labels is null || labels.Contains(null) ? null : [.. labels.OfType<string>()];
    }

    /// <summary>A label for each class; null if there are not as many.</summary>
    /// <param name="labels">What was found.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="warnings">Told of a label that was left out.</param>
    /// <remarks>
    /// TensorFlow's lists for ImageNet begin with a class 'background' (lucid: 'dummy') that networks of other makers do not have, so that every label is one off.
    /// </remarks>
    public static IReadOnlyList<string>? Fit(IReadOnlyList<string> labels, int classes, List<string> warnings)
    {
        if (labels.Count == classes)
        {
            return labels;
        }

        if (labels.Count != classes + 1 || labels[0].ToLowerInvariant() is not (Unknown or "dummy" or "unused background"))
        {
            return null;
        }

        warnings.Add($"There are {labels.Count} labels for {classes} classes, the first of them '{labels[0]}': it was left out.");
        return [.. labels.Skip(1)];
    }

    /// <summary>What was expected instead.</summary>
    /// <param name="found">How many labels were found; null if the text is of no known form.</param>
    /// <param name="classes">How many classes there are.</param>
    public static string Expected(int? found, int classes)
    {
        var background = found == classes - 1 ? $" If the network is one of TensorFlow with '{Unknown}' as class 0, put that before them." : string.Empty;
        return $"does not hold {classes} labels{(found is { } count ? $" but {count}" : string.Empty)}; expected a list of that length, or an object from each index to its label or from each label to its index.{background}";
    }

    /// <summary>Names for classes whose labels are not known: <c>class 0</c>, <c>class 1</c> ...</summary>
    public static IReadOnlyList<string> ByIndex(int classes)
        => [.. Enumerable.Range(0, classes).Select(index => string.Create(CultureInfo.InvariantCulture, $"class {index}"))];

    /// <summary>The labels by their indices; null if those are not 0, 1, 2 ... each once.</summary>
    public static string?[]? InOrder(IReadOnlyList<(int? Index, string? Label)> indexed)
    {
        var labels = new string?[indexed.Count];
        foreach (var (index, label) in indexed)
        {
            if (index is not { } place || place < 0 || place >= labels.Length || labels[place] is not null)
            {
                return null;
            }

            labels[place] = label;
        }

        return labels;
    }

    /// <summary>A label without a WordNet id before it.</summary>
    public static string WithoutId(string label) => ErrorText.Shorten(IdBefore().Replace(label, string.Empty), LongestLabel);

    private static (int? Index, string? Label) Indexed(JsonProperty property) => property.Value.ValueKind == JsonValueKind.Number
        ? (property.Value.TryGetInt32(out var index) ? index : null, ErrorText.Shorten(property.Name, LongestLabel))
        : (int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : null, Text(property.Value));

    private static string? Text(JsonElement label) => label.ValueKind switch
    {
        JsonValueKind.String => ErrorText.Shorten(label.GetString()!, LongestLabel),
        JsonValueKind.Array => Joined([.. label.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()!)]),
        _ => null,
    };

    private static string? Joined(string[] parts) => parts switch
    {
        [] => null,
        [var only] => ErrorText.Shorten(only, LongestLabel),
        [var first, .. var rest] when Id().IsMatch(first) => ErrorText.Shorten(string.Join(", ", rest), LongestLabel),
        _ => ErrorText.Shorten(string.Join(", ", parts), LongestLabel),
    };

    [GeneratedRegex("^n[0-9]{8}$", RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    [GeneratedRegex("^n[0-9]{8}[\\s,;:]+", RegexOptions.NonBacktracking)]
    private static partial Regex IdBefore();
}
