using System.Globalization;
using System.Text.Json;

namespace AmViz.Models;

/// <summary>Labels of classes in the two forms they come in: a list, or an object from index to label.</summary>
internal static class ClassLabels
{
    /// <summary>Reads them; null if there is not exactly one text for each class.</summary>
    public static IReadOnlyList<string>? Read(JsonElement root, int classes)
    {
        if (CountOf(root) != classes)
        {
            return null;
        }

        var labels = new string?[classes];
        if (root.ValueKind == JsonValueKind.Array)
        {
            int index = 0;
            foreach (JsonElement label in root.EnumerateArray())
            {
                labels[index++] = Text(label);
            }
        }
        else
        {
            foreach (JsonProperty property in root.EnumerateObject())
            {
                if (!int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= classes || labels[index] is not null)
                {
                    return null;
                }

                labels[index] = Text(property.Value);
            }
        }

        return labels.Contains(null) ? null : labels.OfType<string>().ToList();
    }

    /// <summary>Names for classes whose labels are not known: <c>class 0</c>, <c>class 1</c> ...</summary>
    public static IReadOnlyList<string> ByIndex(int classes) =>
        [.. Enumerable.Range(0, classes).Select(index => string.Create(CultureInfo.InvariantCulture, $"class {index}"))];

    // Asked before anything is sized by the number of classes, which a damaged file may tell in millions.
    private static int CountOf(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Array => root.GetArrayLength(),
        JsonValueKind.Object => root.EnumerateObject().Count(),
        _ => 0,
    };

    private static string? Text(JsonElement label) =>
        label.ValueKind == JsonValueKind.String ? ErrorText.Shorten(label.GetString()!, longest: 500) : null;
}
