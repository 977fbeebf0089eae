using System.Globalization;

namespace AmViz.Cli.Options;

/// <summary>An option, <c>--expires</c> unless it is named, that says how long something holds.</summary>
internal sealed class LifetimeOption(string description, string name = "--expires")
{
    // Longer than anybody means.
    private const int MostDays = 36500;

    private readonly Option<string?> _expires = new(name) { Description = description, HelpName = "90d" };

    /// <summary>Puts the option on a command.</summary>
    public void AddTo(Command command) => command.Add(_expires);

    /// <summary>What is asked for; null: nothing.</summary>
    /// <exception cref="UsageException">It is no such time.</exception>
    public TimeSpan? Read(ParseResult result) => result.GetValue(_expires) is { } text ? Parse(_expires.Name, text) : null;

    private static TimeSpan Parse(string name, string text)
    {
        var isNumber = int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var time = (isNumber, text.LastOrDefault()) switch
        {
            (true, 'd') when number <= MostDays => TimeSpan.FromDays(number),
            (true, 'h') when number <= MostDays => TimeSpan.FromHours(number),
            (true, 'm') when number <= MostDays => TimeSpan.FromMinutes(number),
            _ => TimeSpan.Zero,
        };
        return time > TimeSpan.Zero
            ? time
            : throw new UsageException($"{name}: '{text}' is not a time. Expected a number from 1 to {MostDays} with d, h or m for days, hours or minutes, such as 90d.");
    }
}
