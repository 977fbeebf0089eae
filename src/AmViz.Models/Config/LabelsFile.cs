using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AmViz.Weights;

namespace AmViz.Models;

/// <summary>A file of labels: JSON, a dictionary as Python prints it, or a label a line.</summary>
/// <remarks>
/// Lines may begin with the index, or with the WordNet id as <c>synset_words.txt</c> of Caffe does, or be CSV with both. What a file is, its text tells, not
/// its extension.
/// </remarks>
internal static partial class LabelsFile
{
    // Labels of a thousand classes take 25 kB.
    private const int LongestFile = 1 << 24;

    /// <summary>Reads them; null if the text is of no known form.</summary>
    /// <exception cref="WeightsFormatException">It is too long, or meant to be JSON and is not.</exception>
    public static IReadOnlyList<string>? Read(Stream stream, string path)
    {
        if (stream.Length > LongestFile)
        {
            throw new WeightsFormatException($"{path}: has {stream.Length} bytes; expected labels of at most {LongestFile}.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\ufeff').Trim();
        if (PythonStart().IsMatch(text))
        {
            return OfPython(text);
        }

        if (text is ['[' or '{', ..] || IsJson(text))
        {
            using var json = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
            return JsonText.Read(json, path, 2 * LongestFile, ClassLabels.Read);
        }

        return OfLines([.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)]);
    }

    // A single number or word of JSON is no list of labels, and a text of one line is hardly one either.
    private static bool IsJson(string text) => text is "null" or "true" or "false" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary><c>{0: 'tench, Tinca tinca', 1: "crow's nest"}</c>, as the list of ImageNet's classes goes round.</summary>
    private static List<string>? OfPython(string text)
    {
        var indexed = PythonEntry().Matches(text).Select(entry => (ToIndex(entry.Groups["index"].Value), (string?)Unescaped(entry.Groups["single"].Value + entry.Groups["double"].Value))).ToList();
        return Whole(ClassLabels.InOrder(indexed));
    }

    private static List<string>? OfLines(string[] lines)
    {
        // A header is a first line without an index before lines with one.
        var numbered = lines.Select(line => IndexBefore().Match(line)).ToList();
        var header = numbered.Count > 1 && !numbered[0].Success && lines[0].Contains(',', StringComparison.Ordinal) ? 1 : 0;
        if (lines.Length > header && numbered.Skip(header).All(line => line.Success)
            && ClassLabels.InOrder([.. numbered.Skip(header).Select(line => (ToIndex(line.Groups["index"].Value), (string?)Label(line.Groups["label"].Value)))]) is { } ordered)
        {
            return Whole(ordered);
        }

        return lines.Length == 0 ? null : [.. lines.Select(Label)];
    }

    private static List<string>? Whole(string?[]? labels) => labels is null or [] || labels.Contains(null) ? null : [.. labels.OfType<string>()];

    private static int? ToIndex(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static string Label(string line)
    {
        var label = ClassLabels.WithoutId(line.Trim());
        return label is ['"', .. var inside, '"'] ? inside.Replace("\"\"", "\"", StringComparison.Ordinal) : label;
    }

    private static string Unescaped(string text) => ErrorText.Shorten(Escape().Replace(text, "${kept}"), ClassLabels.LongestLabel);

    [GeneratedRegex("^\\{\\s*[0-9]+\\s*:", RegexOptions.NonBacktracking)]
    private static partial Regex PythonStart();

    [GeneratedRegex("""(?<index>[0-9]{1,7})\s*:\s*(?:u?'(?<single>(?:[^'\\]|\\.)*)'|u?"(?<double>(?:[^"\\]|\\.)*)")""", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex PythonEntry();

    [GeneratedRegex("^\"?(?<index>[0-9]{1,7})\"?\\s*[\\s,;:]\\s*(?<label>.*)$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex IndexBefore();

    [GeneratedRegex("""\\(?<kept>.)""", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Escape();
}
