using System.Text.Json;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Engine;
using AmViz.Cli.Terminal;

namespace AmViz.Cli.Tests;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON document on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs it with a fake engine.</summary>
    public static Task<CommandLineRun> OfAsync(params string[] arguments) => OfAsync(new FakeEngine(), arguments);

    /// <summary>Runs it.</summary>
    public static Task<CommandLineRun> OfAsync(IEngine engine, params string[] arguments) => OfAsync(engine, TextReader.Null, arguments);

    /// <summary>Runs it with a fake engine and something piped into it.</summary>
    public static Task<CommandLineRun> WithInputAsync(string input, params string[] arguments) => OfAsync(new FakeEngine(), new StringReader(input), arguments);

    private static async Task<CommandLineRun> OfAsync(IEngine engine, TextReader input, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var application = new CommandLineApplication(new Screen(output, error) { Input = input }, engine);
        var code = await application.RunAsync(arguments, TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}
