using System.Globalization;

namespace AmViz.Cli.Options;

/// <summary>Makes options with numbers whose errors name the option, what was found and what to write.</summary>
internal static class NumberOption
{
    /// <summary>An option with a whole number.</summary>
    public static Option<int?> Whole(string name, string example, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => result.ParseLast(text => ParseWhole(text) ?? result.Refuse<int?>($"'{text}' is not a whole number. Write {name} {example}.")),
    };

    /// <summary>An option with a number, also written as a fraction such as <c>4/255</c>.</summary>
    public static Option<double?> Real(string name, string example, string description) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => result.ParseLast(text => ParseFraction(text) ?? result.Refuse<double?>($"'{text}' is not a number. Write {name} {example}.")),
    };

    /// <summary>An option with whole numbers, separated by commas.</summary>
    public static Option<int[]?> List(string name, string alias, string description) => new(name, alias)
    {
        Description = description,
        HelpName = "N[,N..]",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result =>
        {
            var items = result.Items();
            var numbers = items.Select(ParseWhole).OfType<int>().ToArray();
            return numbers.Length == items.Length
                ? numbers
                : result.Refuse<int[]?>($"'{items.First(text => ParseWhole(text) is null)}' is not a whole number. Write {name} 0 or {name} 0,1,2.");
        },
    };

    private static int? ParseWhole(string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? ParseFraction(string text) => text.Split('/') switch
    {
        [var number] => ParseReal(number),
        [var above, var below] when ParseReal(below) is not 0 => ParseReal(above) / ParseReal(below),
        _ => null,
    };

    private static double? ParseReal(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
