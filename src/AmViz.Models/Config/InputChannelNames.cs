using System.Text.Json;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>The field <c>inputChannels</c> of a configuration: how many channels pictures have, or what each of them is.</summary>
internal static class InputChannelNames
{
    private const string Field = "inputChannels";
    private const int LongestName = 40;

    private static readonly IReadOnlyList<string> Grey = ["grey"];

    /// <summary>Reads a number or a list of names; red, green and blue where it is not there.</summary>
    public static IReadOnlyList<string> Read(ConfigFields fields) => fields.Find(Field) switch
    {
        null => NetworkDescription.Rgb,
        { ValueKind: JsonValueKind.Array } names => OfNames(fields, names),
        _ => OfCount(fields.Whole(Field, 1, NetworkDescription.MostInputChannels)),
    };

    private static IReadOnlyList<string> OfCount(int count) => count switch
    {
        1 => Grey,
        3 => NetworkDescription.Rgb,
        _ => [.. Enumerable.Range(0, count).Select(channel => FormattableString.Invariant($"channel {channel}"))],
    };

    private static IReadOnlyList<string> OfNames(ConfigFields fields, JsonElement list)
    {
        string[] names = [.. list.EnumerateArray().Take(NetworkDescription.MostInputChannels + 1).Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : string.Empty)];
        if (names.Length is >= 1 and <= NetworkDescription.MostInputChannels
            && names.All(IsName) && names.Distinct(StringComparer.Ordinal).Count() == names.Length)
        {
            return names;
        }

        fields.Refuse($"'{Field}' is {ErrorText.Shorten(list.GetRawText())}; expected a number of channels, or a list of up to {NetworkDescription.MostInputChannels} different names such as "
            + "[\"red\", \"green\", \"blue\", \"infrared\"], of ASCII letters, digits, spaces and '_' or '-'.");
        return NetworkDescription.Rgb;
    }

    // The names stand in the text of pictures, separated by commas.
    private static bool IsName(string name)
        => name.Length is >= 1 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '_' or '-');
}
