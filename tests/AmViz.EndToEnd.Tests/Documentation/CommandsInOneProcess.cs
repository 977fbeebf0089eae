using System.IO.Pipes;
using System.Text.Json;

namespace AmViz.EndToEnd.Tests.Documentation;

/// <summary>Runs one command line of <c>amviz</c> after the other in one process: of a process for each, nine tenths of the time are its start.</summary>
/// <remarks>That process is an explicit test of AmViz.Cli.Tests, which runs what <c>amviz</c> runs.</remarks>
internal sealed class CommandsInOneProcess : IAsyncDisposable
{
    private const string Test = "AmViz.Cli.Tests.SentCommandsTests.EachCommandRuns";
    private const string PipeVariable = "AMVIZ_TEST_COMMANDS";
    private const string FolderVariable = "AMVIZ_TEST_FOLDER";

    // Half a gigabyte that the tests of the command line do without.
    private static readonly string Libtorch = Path.Combine(Path.GetDirectoryName(AmVizProcess.Built("AmViz.Cli", "amviz"))!, "runtimes", "linux-x64", "native");

    private readonly NamedPipeServerStream _pipe;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;
    private readonly AmVizProcess _process;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Working folder.</param>
    /// <param name="environment">Variables of all commands.</param>
    public CommandsInOneProcess(string folder, IReadOnlyDictionary<string, string> environment)
    {
        var name = $"amviz-test-{Guid.NewGuid():n}";
        _pipe = new NamedPipeServerStream(name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        _reader = new StreamReader(_pipe);
        _writer = new StreamWriter(_pipe);
        var variables = new Dictionary<string, string>(environment) { [PipeVariable] = name, [FolderVariable] = folder, ["LD_LIBRARY_PATH"] = Libtorch };
        _process = AmVizProcess.StartProgram(AmVizProcess.Built("AmViz.Cli.Tests", "AmViz.Cli.Tests"), folder, variables, "-method", Test, "-explicit", "only");
    }

    /// <summary>Runs one.</summary>
    /// <param name="words">After <c>amviz</c>, as a shell makes them.</param>
    /// <returns>Exit code, and all that it wrote.</returns>
    public async Task<(int Code, string Said)> RunAsync(IEnumerable<string> words)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var end = _process.ExitCodeAsync();
        var reply = AskAsync(words, ended.Token);
        if (await Task.WhenAny(reply, end) == reply && await reply is { } line)
        {
            var answer = JsonDocument.Parse(line).RootElement;
            return (answer.GetProperty("code").GetInt32(), answer.GetProperty("said").GetString()!);
        }

        await ended.CancelAsync();
        throw new InvalidOperationException($"The process of the commands ended with {await end}:\n{_process.Error}{_process.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        _reader.Dispose();
        await _pipe.DisposeAsync();
    }

    private async Task<string?> AskAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        if (!_pipe.IsConnected)
        {
            await _pipe.WaitForConnectionAsync(cancellationToken);
        }

        await _writer.WriteLineAsync(JsonSerializer.Serialize(words).AsMemory(), cancellationToken);
        await _writer.FlushAsync(cancellationToken);
        return await _reader.ReadLineAsync(cancellationToken);
    }
}
