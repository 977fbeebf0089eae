using AmViz.Models;

namespace AmViz.Cli.Options;

/// <summary><c>--judge</c>: a network that is shown pictures that were drawn for another.</summary>
internal static class JudgeOption
{
    /// <summary>Makes the option.</summary>
    /// <param name="purpose">What the network is for, up to the colon.</param>
    /// <param name="end">Said after the kinds of value.</param>
    public static Option<string?> Create(string purpose, string end = "") => new("--judge")
    {
        Description = $"{purpose}: a folder with {WeightsFolder.WeightsFileName} and {WeightsFolder.ConfigFileName}, or a name as of --model.{end}",
        HelpName = "DIR|NAME",
    };
}
