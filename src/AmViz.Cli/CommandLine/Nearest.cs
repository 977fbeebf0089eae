using AmViz.Models;

namespace AmViz.Cli.CommandLine;

/// <summary>Asks whether something else was meant.</summary>
internal static class Nearest
{
    /// <summary>"Did you mean 'a' or 'b'?" with a space before it, best first; nothing if no candidate is near.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="candidates">What would have been right.</param>
    public static string Question(string text, IEnumerable<string> candidates)
        => NearestNames.Of(text, candidates) is { Count: > 0 } near
            ? $" Did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?"
            : "";
}
