using System.CommandLine.Invocation;
using AmViz.Cli.Commands;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Settings;
using AmViz.Cli.Terminal;

namespace AmViz.Cli;

/// <summary>From words to an exit code.</summary>
/// <param name="screen">Where it writes.</param>
/// <param name="engine">The parts that run tensors.</param>
internal sealed class CommandLineApplication(Screen screen, IEngine engine)
{
    /// <summary>Runs one command line.</summary>
    /// <param name="arguments">Words after <c>amviz</c>.</param>
    /// <param name="cancellationToken">Cancelled when it shall stop gracefully.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var report = new FailureReport(screen.Error, arguments.Contains(SharedOptions.Verbose.Name, StringComparer.Ordinal));
        try
        {
            var context = new CommandContext(screen, SettingsReader.Read(Environment.CurrentDirectory), engine, TimeProvider.System);

            // A leading '@' is an ordinary character of a path here, not a response file.
            var result = new AmVizRootCommand(context).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
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
