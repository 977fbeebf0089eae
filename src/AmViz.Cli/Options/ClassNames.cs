using System.Globalization;
using System.Text.RegularExpressions;
using AmViz.Models;

namespace AmViz.Cli.Options;

/// <summary>From what people call a class to its index.</summary>
/// <param name="network">Whose classes.</param>
/// <param name="option">The option that names classes, for complaints.</param>
internal sealed class ClassNames(NetworkDescription network, string option)
{
    // Enough to choose from; 'models show' has no list of classes.
    private const int MostNamed = 12;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _labels = network.Labels;

    /// <summary>The classes that some words name, each once, in order.</summary>
    /// <param name="words">Each an index, a label, or several of them between commas.</param>
    /// <param name="problems">Gets a sentence for each word that names no class, or more than one.</param>
    public IReadOnlyList<int> Resolve(IEnumerable<string> words, List<string> problems)
    {
        string[] parts = [.. words.SelectMany(Parts)];
        if (parts.Length == 0)
        {
            Refuse(problems, $"Found no class. A class is named by its index, 0 to {_labels.Count - 1}, or by its label.");
        }

        return [.. parts.Select(part => Find(part, problems)).OfType<int>().Distinct()];
    }

    // A label may hold commas itself: "ladybug, ladybeetle, lady beetle".
    private string[] Parts(string word)
        => Matching(label => Same(label, word)).Length > 0
            ? [word]
            : word.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private int? Find(string text, List<string> problems)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            return index >= 0 && index < _labels.Count
                ? index
                : Refuse(problems, $"{index} is out of range. '{network.Name}' has {_labels.Count} classes, 0 to {_labels.Count - 1}.");
        }

        return Named(text) switch
        {
            [var only] => only,
            [] => Refuse(problems, $"'{network.Name}' has no class '{text}'.{Nearest.Question(text, _labels.SelectMany(Synonyms))} A class is named by its index, 0 to {_labels.Count - 1}, or by its label."),
            var several => Refuse(problems, $"'{text}' may be {Listed(several)}. Name one of them by its index."),
        };
    }

    /// <summary>The nearest kind of likeness that any label has: the same, one of its synonyms, a word of it, a part of it.</summary>
    private int[] Named(string text)
    {
        var word = new Regex($@"(?<!\w){Regex.Escape(text)}(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, LongestMatch);
        Func<string, bool>[] likenesses =
        [
            label => Same(label, text),
            label => Synonyms(label).Any(synonym => Same(synonym, text)),
            word.IsMatch,
            label => label.Contains(text, StringComparison.OrdinalIgnoreCase),
        ];
        return likenesses.Select(Matching).FirstOrDefault(matching => matching.Length > 0) ?? [];
    }

    private int[] Matching(Func<string, bool> isAlike) => [.. Enumerable.Range(0, _labels.Count).Where(index => isAlike(_labels[index]))];

    private string Listed(int[] classes)
        => string.Join(", ", classes.Take(MostNamed).Select(index => $"{index} '{_labels[index]}'"))
            + (classes.Length > MostNamed ? $" and {classes.Length - MostNamed} more" : "");

    private int? Refuse(List<string> problems, string message)
    {
        problems.Add($"{option}: {message}");
        return null;
    }

    private static string[] Synonyms(string label) => label.Split(',', StringSplitOptions.TrimEntries);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
