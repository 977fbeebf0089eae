using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(AmViz.EndToEnd.Tests.CommandProcesses))]

namespace AmViz.EndToEnd.Tests;

/// <summary>Runs command lines of <c>amviz</c> in processes that go on from one to the next, for all tests: of a process for each, nine tenths of the time are its start.</summary>
/// <remarks>
/// There are as many as commands ever ran at once; each runs one at a time. Such a process is an explicit test of AmViz.Cli.Tests, which runs what <c>amviz</c> runs.
/// A command that ends it fails its own test; the next has another one.
/// </remarks>
public sealed class CommandProcesses : IAsyncDisposable
{
    private const string Test = "AmViz.Cli.Tests.SentCommandsTests.EachCommandRuns";
    private const string PipeVariable = "AMVIZ_TEST_COMMANDS";

    // Half a gigabyte that the tests of the command line do without.
    private static readonly string Libtorch = Path.Combine(Path.GetDirectoryName(AmVizProcess.Built("AmViz.Cli", "amviz"))!, "runtimes", "linux-x64", "native");

    private readonly ConcurrentBag<Child> _idle = [];

    /// <summary>Those of this run of tests.</summary>
    public static async Task<CommandProcesses> OfThisRunAsync()
        => await TestContext.Current.GetFixture<CommandProcesses>() ?? throw new InvalidOperationException("There is no test that runs.");

    /// <summary>Runs one.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="environment">Variables of this command alone.</param>
    /// <param name="words">After <c>amviz</c>, as a shell makes them.</param>
    /// <returns>Exit code, and what it wrote.</returns>
    internal async Task<CommandAnswer> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, IEnumerable<string> words)
    {
        var child = _idle.TryTake(out var idle) ? idle : new();
        try
        {
            var answer = await child.AskAsync(JsonSerializer.Serialize(new { Folder = folder, Environment = environment, Words = words }));
            _idle.Add(child);
            return JsonSerializer.Deserialize<CommandAnswer>(answer)!;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in _idle)
        {
            await child.DisposeAsync();
        }
    }

    /// <summary>One of them.</summary>
    private sealed class Child : IAsyncDisposable
    {
        private readonly NamedPipeServerStream _pipe;
        private readonly StreamReader _reader;
        private readonly StreamWriter _writer;
        private readonly AmVizProcess _process;

        public Child()
        {
            var name = $"amviz-test-{Guid.NewGuid():n}";
            _pipe = new NamedPipeServerStream(name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
            _reader = new StreamReader(_pipe);
            _writer = new StreamWriter(_pipe);
            var variables = new Dictionary<string, string>(AmVizProcess.OneThread, StringComparer.Ordinal) { [PipeVariable] = name, ["LD_LIBRARY_PATH"] = Libtorch };
            _process = AmVizProcess.StartProgram(AmVizProcess.Built("AmViz.Cli.Tests", "AmViz.Cli.Tests"), Path.GetTempPath(), variables, "-method", Test, "-explicit", "only");
        }

        /// <summary>Sends a line; fails if the process ends before it answers.</summary>
        public async Task<string> AskAsync(string line)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var end = _process.ExitCodeAsync();
            var reply = ReplyAsync(line, ended.Token);
            if (await Task.WhenAny(reply, end) == reply && await reply is { } answer)
            {
                return answer;
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

        private async Task<string?> ReplyAsync(string line, CancellationToken cancellationToken)
        {
            if (!_pipe.IsConnected)
            {
                await _pipe.WaitForConnectionAsync(cancellationToken);
            }

            await _writer.WriteLineAsync(line.AsMemory(), cancellationToken);
            await _writer.FlushAsync(cancellationToken);
            return await _reader.ReadLineAsync(cancellationToken);
        }
    }
}
