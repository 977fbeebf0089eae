namespace AmViz.Cli.CommandLine;

/// <summary>A command with examples in its help.</summary>
internal abstract class AmVizCommand : Command
{
    /// <summary>How people call the program.</summary>
    public const string Executable = "amviz";

    /// <summary>A command that runs <see cref="RunAsync"/>.</summary>
    /// <param name="name">As it is typed.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="examples">Whole command lines; each must work as it stands.</param>
    protected AmVizCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction((Func<ParseResult, CancellationToken, Task<int>>)RunAsync);
    }

    /// <summary>Shown below the options.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does it and returns an <see cref="ExitCode"/>; errors are thrown and reported in one place.</summary>
    protected abstract Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken);
}
