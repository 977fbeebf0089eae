using System.IO.Pipes;
using System.Text.Json;
using AmViz.Cli.Engine;
using AmViz.Cli.Terminal;

namespace AmViz.Cli.Tests;

/// <summary>Command lines that another test program sends, one after the other in this one process: what the runtime compiles for the first serves all.</summary>
public sealed class SentCommandsTests
{
    /// <summary>Names the pipe: on it come a command, its working folder and its variables as a line of JSON, and go its exit code and what it wrote as another.</summary>
    private const string PipeVariable = "AMVIZ_TEST_COMMANDS";

    /// <summary>The child of end-to-end tests.</summary>
    [Fact(Explicit = true)]
    public async Task EachCommandRuns()
    {
        if (Environment.GetEnvironmentVariable(PipeVariable) is not { } name)
        {
            Assert.Skip("Only for the process that another test starts.");
            return;
        }

        var before = new Dictionary<string, string?>(StringComparer.Ordinal);
        var token = TestContext.Current.CancellationToken;
        await using var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(token);
        using var reader = new StreamReader(pipe);
        await using var writer = new StreamWriter(pipe) { AutoFlush = true };
        while (await reader.ReadLineAsync(token) is { } line)
        {
            var sent = JsonSerializer.Deserialize<Command>(line)!;
            Environment.CurrentDirectory = sent.Folder;
            SetVariables(sent.Environment, before);
            await using var output = new StringWriter();
            await using var error = new StringWriter();
            var screen = new Screen(TextWriter.Synchronized(output), TextWriter.Synchronized(error));
            var code = await new CommandLineApplication(screen, new TorchEngine()).RunAsync(sent.Words, token);
            await writer.WriteLineAsync(JsonSerializer.Serialize(new { Code = code, Output = output.ToString(), Error = error.ToString() }).AsMemory(), token);
        }
    }

    /// <summary>Gives a command its variables, and none of those of the commands before it.</summary>
    /// <param name="variables">Those that it is sent with.</param>
    /// <param name="before">What all that were ever sent were at the beginning.</param>
    private static void SetVariables(Dictionary<string, string> variables, Dictionary<string, string?> before)
    {
        foreach (var name in variables.Keys)
        {
            before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        }

        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, variables.GetValueOrDefault(name) ?? value);
        }
    }

    /// <summary>What is sent.</summary>
    /// <param name="Folder">Working folder.</param>
    /// <param name="Environment">Variables of this command.</param>
    /// <param name="Words">After <c>amviz</c>.</param>
    private sealed record Command(string Folder, Dictionary<string, string> Environment, string[] Words);
}
