using System.Text.Json;

namespace AmViz.Models;

/// <summary>Reads the fields of a JSON object and notes what is wrong with each, instead of stopping at the first.</summary>
internal sealed class ConfigFields(JsonElement root, List<string> problems)
{
    /// <summary>A text, which must begin as told (upper or lower case).</summary>
    public string? Text(string name, string? start, bool required = true)
    {
        if (!TryFind(name, required, JsonValueKind.String, out JsonElement value))
        {
            return null;
        }

        string text = ErrorText.Shorten(value.GetString()!, longest: 1000);
        if (start is not null && !text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"'{name}' is '{ErrorText.Shorten(text)}'; this program knows only '{start}'.");
        }

        return text;
    }

    /// <summary>A whole number of a range; its lower end where it is wrong.</summary>
    public int Whole(string name, int least, int most)
    {
        if (!TryFind(name, required: true, JsonValueKind.Number, out JsonElement value))
        {
            return least;
        }

        if (value.TryGetInt32(out int number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected a whole number from {least} to {most}.");
        return least;
    }

    /// <summary>A number of a range; its lower end where it is wrong.</summary>
    public double Number(string name, double least, double most)
    {
        if (!TryFind(name, required: true, JsonValueKind.Number, out JsonElement value))
        {
            return least;
        }

        if (value.TryGetDouble(out double number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add(FormattableString.Invariant($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected a number from {least} to {most}."));
        return least;
    }

    /// <summary>The texts of an object inside; empty where it is not there.</summary>
    public IReadOnlyDictionary<string, string> Texts(string name)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (TryFind(name, required: false, JsonValueKind.Object, out JsonElement value))
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                texts[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
            }
        }

        return texts;
    }

    private bool TryFind(string name, bool required, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        bool there = root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out value);
        if (there && value.ValueKind == kind)
        {
            return true;
        }

        if (there)
        {
            problems.Add($"'{name}' is {value.ValueKind}; expected {kind}.");
        }
        else if (required)
        {
            problems.Add($"'{name}' is missing; expected {kind}.");
        }

        return false;
    }
}
