namespace AmViz.Cli.Options;

/// <summary>Options that mean the same everywhere.</summary>
internal static class SharedOptions
{
    /// <summary><c>--json</c></summary>
    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document on standard output; everything else goes to standard error.",
    };

    /// <summary><c>--verbose</c>, on every command.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show stack traces and logs of the parts underneath.",
        Recursive = true,
    };
}
