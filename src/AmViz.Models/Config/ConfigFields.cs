using System.Text.Json;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>Reads the fields of a JSON object and notes what is wrong with each, instead of stopping at the first.</summary>
internal sealed class ConfigFields(JsonElement root, List<string> problems)
{
    /// <summary>A text, which must begin as told (upper or lower case).</summary>
    public string? Text(string name, string? start, bool required = true)
    {
        if (!TryFind(name, required, JsonValueKind.String, out var value))
        {
            return null;
        }

        var text = ErrorText.Shorten(value.GetString()!, longest: 1000);
        if (start is not null && !text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add($"'{name}' is '{ErrorText.Shorten(text)}'; this program knows only '{start}'.");
        }

        return text;
    }

    /// <summary>One of several words; the first of them where it is not there.</summary>
    public string Choice(string name, params IReadOnlyList<string> known)
    {
        if (!TryFind(name, required: false, JsonValueKind.String, out var value))
        {
            return known[0];
        }

        var text = value.GetString()!;
        if (!known.Contains(text, StringComparer.Ordinal))
        {
            problems.Add($"'{name}' is '{ErrorText.Shorten(text)}'; expected {string.Join(" or ", known.Select(word => $"'{word}'"))}.");
        }

        return text;
    }

    /// <summary>A whole number of a range; the preset, or if there is none the lower end, where it is wrong or not there.</summary>
    public int Whole(string name, int least, int most, int? preset = null)
    {
        if (!TryFind(name, required: preset is null, JsonValueKind.Number, out var value))
        {
            return preset ?? least;
        }

        if (value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected a whole number from {least} to {most}.");
        return preset ?? least;
    }

    /// <summary>A number of a range; the preset, or if there is none the lower end, where it is wrong or not there.</summary>
    public double Number(string name, double least, double most, double? preset = null)
    {
        if (!TryFind(name, required: preset is null, JsonValueKind.Number, out var value))
        {
            return preset ?? least;
        }

        if (value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add(FormattableString.Invariant($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected a number from {least} to {most}."));
        return preset ?? least;
    }

    /// <summary>Yes or no; the preset where it is wrong or not there.</summary>
    public bool Flag(string name, bool preset)
    {
        if (Find(name) is not { } value)
        {
            return preset;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        problems.Add($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected true or false.");
        return preset;
    }

    /// <summary>As many whole numbers of a range as told; the lower end for each where they are wrong or not there.</summary>
    public IReadOnlyList<int> Wholes(string name, int count, int least, int most)
    {
        if (!TryFind(name, required: true, JsonValueKind.Array, out var value))
        {
            return [.. Enumerable.Repeat(least, count)];
        }

        int[] numbers = [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var number) ? number : int.MinValue)];
        if (numbers.Length == count && numbers.All(number => number >= least && number <= most))
        {
            return numbers;
        }

        problems.Add($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected {count} whole numbers from {least} to {most}.");
        return [.. Enumerable.Repeat(least, count)];
    }

    /// <summary>As many numbers of a range as told; null where they are wrong or not there.</summary>
    public IReadOnlyList<double>? Numbers(string name, int count, double least, double most)
    {
        if (!TryFind(name, required: false, JsonValueKind.Array, out var value))
        {
            return null;
        }

        double[] numbers = [.. value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) ? number : double.NaN)];
        if (numbers.Length == count && numbers.All(number => number >= least && number <= most))
        {
            return numbers;
        }

        problems.Add(FormattableString.Invariant($"'{name}' is {ErrorText.Shorten(value.GetRawText())}; expected {count} numbers from {least} to {most}."));
        return null;
    }

    /// <summary>The objects of a list; their problems are told with their place in it.</summary>
    /// <param name="name">Of the list.</param>
    /// <param name="most">Most objects there may be.</param>
    public IEnumerable<ConfigFields> Objects(string name, int most)
    {
        if (!TryFind(name, required: true, JsonValueKind.Array, out var value))
        {
            yield break;
        }

        if (value.GetArrayLength() > most)
        {
            problems.Add($"'{name}' has {value.GetArrayLength()} entries; expected at most {most}.");
            yield break;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var inner = new List<string>();
            yield return new ConfigFields(item, inner);
            problems.AddRange(inner.Select(problem => $"{name}[{index}]: {problem}"));
            index++;
        }
    }

    /// <summary>A field of whatever kind; null where it is not there.</summary>
    public JsonElement? Find(string name)
        => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Adds a problem that concerns several fields.</summary>
    public void Refuse(string problem) => problems.Add(problem);

    /// <summary>The texts of an object inside; empty where it is not there.</summary>
    public IReadOnlyDictionary<string, string> Texts(string name)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (TryFind(name, required: false, JsonValueKind.Object, out var value))
        {
            foreach (var property in value.EnumerateObject())
            {
                texts[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
            }
        }

        return texts;
    }

    private bool TryFind(string name, bool required, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        var there = root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out value);
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
