using System.CommandLine;
using System.CommandLine.Invocation;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;

namespace AmViz.Cli.CommandLine;

/// <summary>From words to an exit code.</summary>
internal static class CommandLineApplication
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Words after <c>amviz</c>.</param>
    /// <param name="screen">Where it writes.</param>
    /// <param name="cancellationToken">Cancelled when it shall stop gracefully.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Screen screen, CancellationToken cancellationToken)
    {
        // A leading '@' is an ordinary character of a path here, not a response file.
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        var result = new AmVizRootCommand(screen).Parse(arguments, configuration);
        var report = new FailureReport(screen.Error, result.GetValue(SharedOptions.Verbose));
        try
        {
            if (result.Action is ParseErrorAction)
            {
                throw new UsageException([.. UsageErrors.Describe(result)]);
            }

            return await result.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = screen.Output,
                    Error = screen.Error,
                    EnableDefaultExceptionHandler = false,
                    // Signals are handled in one place for all commands: see Interruption.
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (Exception exception)
        {
            return report.Explain(exception);
        }
    }
}
