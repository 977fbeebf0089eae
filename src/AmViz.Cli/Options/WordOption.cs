using System.Text.Json;

namespace AmViz.Cli.Options;

/// <summary>Makes options with one of a few words; a mistyped word is answered with the nearest one.</summary>
internal static class WordOption
{
    /// <summary>An option with one of <paramref name="words"/>.</summary>
    public static Option<string?> Create(string name, IReadOnlyList<string> words, string description)
        => Create<string?>(name, words, text => text, description);

    /// <summary>An option with a value of an enumeration, by its name as specs have it.</summary>
    public static Option<T?> Create<T>(string name, string description)
        where T : struct, Enum
        => Create<T?>(name, [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)], text => Enum.Parse<T>(text, ignoreCase: true), description);

    private static Option<T?> Create<T>(string name, IReadOnlyList<string> words, Func<string, T?> parse, string description) => new(name)
    {
        Description = $"{description} One of: {string.Join(", ", words)}.",
        HelpName = "WORD",
        CustomParser = result => result.ParseLast(text =>
            words.Contains(text, StringComparer.Ordinal)
                ? parse(text)
                : result.Refuse<T?>($"'{text}' is not a value of {name}.{Nearest.Question(text, words)} Expected {string.Join(", ", words)}.")),
    };
}
