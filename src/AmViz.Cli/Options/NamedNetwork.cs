namespace AmViz.Cli.Options;

/// <summary>A network that is named by a folder or by a name, where both may stand.</summary>
internal static class NamedNetwork
{
    /// <summary>Which of both is meant: a folder where there is one, as a name is no path.</summary>
    public static ModelSelection Of(string text)
        => Directory.Exists(text) || text.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) ? new() { Weights = text } : new() { Model = text };
}
