using System.IO.Pipes;
using System.Text.Json;
using AmViz.Cli.Engine;
using AmViz.Cli.Terminal;

namespace AmViz.Cli.Tests;

/// <summary>Command lines that another test program sends, one after the other in this one process: what the runtime compiles for the first serves all.</summary>
public sealed class SentCommandsTests
{
    /// <summary>Names the pipe: on it come the words of a command as a line of JSON, and go its exit code and what it said as another.</summary>
    private const string PipeVariable = "AMVIZ_TEST_COMMANDS";

    /// <summary>Names the working folder, which the test runner has left.</summary>
    private const string FolderVariable = "AMVIZ_TEST_FOLDER";

    /// <summary>The child of the documentation's tests among the end-to-end tests.</summary>
    [Fact(Explicit = true)]
    public async Task EachCommandRuns()
    {
        if (Environment.GetEnvironmentVariable(PipeVariable) is not { } name)
        {
            Assert.Skip("Only for the process that another test starts.");
            return;
        }

        Environment.CurrentDirectory = Environment.GetEnvironmentVariable(FolderVariable)!;
        var token = TestContext.Current.CancellationToken;
        await using var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(token);
        using var reader = new StreamReader(pipe);
        await using var writer = new StreamWriter(pipe) { AutoFlush = true };
        while (await reader.ReadLineAsync(token) is { } words)
        {
            await using var said = new StringWriter();
            var code = await new CommandLineApplication(new Screen(said, said), new TorchEngine()).RunAsync(JsonSerializer.Deserialize<string[]>(words)!, token);
            await writer.WriteLineAsync(JsonSerializer.Serialize(new { code, said = said.ToString() }).AsMemory(), token);
        }
    }
}
