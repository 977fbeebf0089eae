using System.IO.Pipes;
using System.Text.Json;

namespace AmViz.EndToEnd.Tests;

/// <summary>Runs one command line of <c>amviz</c> after the other in one process, for all tests of a class: of a process for each, nine tenths of the time are its start.</summary>
/// <remarks>That process is an explicit test of AmViz.Cli.Tests, which runs what <c>amviz</c> runs. A command that ends it fails its own test; the next has a new one.</remarks>
public sealed class CommandsInOneProcess : IAsyncDisposable
{
    private const string Test = "AmViz.Cli.Tests.SentCommandsTests.EachCommandRuns";
    private const string PipeVariable = "AMVIZ_TEST_COMMANDS";

    // Half a gigabyte that the tests of the command line do without.
    private static readonly string Libtorch = Path.Combine(Path.GetDirectoryName(AmVizProcess.Built("AmViz.Cli", "amviz"))!, "runtimes", "linux-x64", "native");

    private Child? _child;

    /// <summary>Runs one.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="environment">Variables of this command alone.</param>
    /// <param name="words">After <c>amviz</c>, as a shell makes them.</param>
    /// <returns>Exit code, and what it wrote.</returns>
    internal async Task<CommandAnswer> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, IEnumerable<string> words)
    {
        var child = _child ??= new();
        try
        {
            return JsonSerializer.Deserialize<CommandAnswer>(await child.AskAsync(JsonSerializer.Serialize(new { Folder = folder, Environment = environment, Words = words })))!;
        }
        catch
        {
            _child = null;
            await child.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
        {
            await _child.DisposeAsync();
        }
    }

    /// <summary>The process.</summary>
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
            var variables = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [PipeVariable] = name,
                ["LD_LIBRARY_PATH"] = Libtorch,
                ["OMP_NUM_THREADS"] = "1",
                ["OMP_WAIT_POLICY"] = "PASSIVE",
            };
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
