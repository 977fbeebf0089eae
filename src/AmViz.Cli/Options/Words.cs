using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Sweeps;

namespace AmViz.Cli.Options;

/// <summary>Makes options whose complaints name the option, what was found and what was expected.</summary>
internal static class Words
{
    /// <summary>An option with a whole number.</summary>
    public static Option<int?> Number(string name, string example, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : Refuse<int?>(result, $"'{text}' is not a whole number. Write {name} {example}.")),
    };

    /// <summary>An option with a number, also written as a fraction such as <c>4/255</c>.</summary>
    public static Option<double?> Real(string name, string example, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(result, text => Real(text) ?? Refuse<double?>(result, $"'{text}' is not a number. Write {name} {example}.")),
    };

    /// <summary>An option with one of a few words.</summary>
    public static Option<string?> OneOf(string name, IReadOnlyList<string> words, string description) => new(name)
    {
        Description = $"{description} One of: {string.Join(", ", words)}.",
        HelpName = "WORD",
        CustomParser = result => Parse(result, text =>
            words.Contains(text, StringComparer.Ordinal)
                ? text
                : Refuse<string?>(result, NoneOf(name, text, words))),
    };

    /// <summary>An option with a value of an enumeration, by its name as specs have it.</summary>
    public static Option<T?> OneOf<T>(string name, string description)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
        return new(name)
        {
            Description = $"{description} One of: {string.Join(", ", words)}.",
            HelpName = "WORD",
            CustomParser = result => Parse(result, text => Array.IndexOf(words, text) is var index and >= 0 ? Enum.GetValues<T>()[index] : Refuse<T?>(result, NoneOf(name, text, words))),
        };
    }

    /// <summary>An option with texts, separated by commas or given again.</summary>
    public static Option<string[]> List(string name, string alias, string helpName, string description) => new(name, alias)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => Split(result),
        DefaultValueFactory = _ => [],
    };

    /// <summary>An option with channels such as <c>0-31,40</c>.</summary>
    public static Option<ChannelSet?> Channels(string name, string alias, string description) => new(name, alias)
    {
        Description = description,
        HelpName = "C[,C..]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var set = ChannelSet.TryParse(string.Join(',', Split(result)), out var problem);
            return problem is null ? set : Refuse<ChannelSet?>(result, $"{name}: {problem}");
        },
    };

    /// <summary>An option with whole numbers, separated by commas.</summary>
    public static Option<int[]?> Numbers(string name, string alias, string description) => new(name, alias)
    {
        Description = description,
        HelpName = "N[,N..]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var numbers = new List<int>();
            foreach (var text in Split(result))
            {
                if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                {
                    return Refuse<int[]?>(result, $"'{text}' is not a whole number. Write {name} 0 or {name} 0,1,2.");
                }

                numbers.Add(number);
            }

            return [.. numbers];
        },
    };

    private static string NoneOf(string name, string text, IReadOnlyList<string> words)
        => $"'{text}' is not a value of {name}.{Nearest.Question(text, words)} Expected {string.Join(", ", words)}.";

    private static double? Real(string text) => text.Split('/') switch
    {
        [var number] => Parsed(number),
        [var above, var below] when Parsed(below) is not 0 => Parsed(above) / Parsed(below),
        _ => null,
    };

    private static double? Parsed(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static string[] Split(ArgumentResult result)
        => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))];

    private static T? Parse<T>(ArgumentResult result, Func<string, T?> parse)
        => result.Tokens.Count == 0 ? default : parse(result.Tokens[^1].Value);

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
