using System.CommandLine.Parsing;

namespace AmViz.Cli.Options;

/// <summary>Reads the words of an option.</summary>
internal static class ArgumentResults
{
    /// <summary>The last word, parsed; nothing where there is none.</summary>
    public static T? ParseLast<T>(this ArgumentResult result, Func<string, T?> parse)
        => result.Tokens.Count == 0 ? default : parse(result.Tokens[^1].Value);

    /// <summary>All words, split at commas.</summary>
    public static string[] Items(this ArgumentResult result)
        => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))];

    /// <summary>Reports a mistake and returns nothing.</summary>
    public static T? Refuse<T>(this ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
