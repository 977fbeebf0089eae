using System.CommandLine.Parsing;
using System.Globalization;
using AmViz.Models;

namespace AmViz.Cli.Options;

/// <summary><c>--term</c>: what is maximized besides a channel itself, written <c>[LAYER/]CHANNEL[=WEIGHT]</c>.</summary>
internal static class ObjectiveTermOption
{
    private const string Example = "12, 12=-0.5 or conv_pw_3/7=0.5";

    /// <summary>The option.</summary>
    public static Option<ObjectiveTerm[]?> Create() => new("--term", "--terms")
    {
        Description = $"Add other channels to the objective, such as {Example}; without a layer it is the drawn one.",
        HelpName = "TERM[,TERM..]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
    };

    private static ObjectiveTerm[]? Parse(ArgumentResult result)
    {
        var terms = new List<ObjectiveTerm>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (Read(text) is not { } term)
            {
                result.AddError($"'{text}' is not a term. Write {Example}.");
                return null;
            }

            terms.Add(term);
        }

        return [.. terms];
    }

    private static ObjectiveTerm? Read(string text)
    {
        var (address, weightText) = text.Split('=') switch
        {
            [var channelOnly] => (channelOnly, "1"),
            [var place, var weight] => (place, weight),
            _ => ("", ""),
        };
        var slash = address.LastIndexOf('/');
        return slash != 0
            && int.TryParse(address.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var channel)
            && double.TryParse(weightText, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? new() { Layer = slash < 0 ? null : address[..slash], Channel = channel, Weight = number }
                : null;
    }
}
