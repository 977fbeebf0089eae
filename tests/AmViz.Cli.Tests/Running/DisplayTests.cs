using AmViz.Cli.Running;
using AmViz.Cli.Terminal;
using AmViz.Cluster.Abstractions;
using AmViz.Sweeps;
using AmViz.TestKit;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace AmViz.Cli.Tests.Running;

public sealed class DisplayTests : IDisposable
{
    private static readonly SweepPlan Plan = SampleSweeps.Plan([new("conv_1", 4, IsLogits: false), new("conv_2", 4, IsLogits: false)]);

    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _text = new();
    private readonly TextWriter _shared;

    public DisplayTests() => _shared = TextWriter.Synchronized(_text);

    public void Dispose() => _text.Dispose();

    [Fact]
    public async Task PlainLinesTellEachFinishedLayerOnceAndGiveASignOfLife()
    {
        await new LineDisplay(_text, new RateMeter(_time), _time).ShowAsync(progress =>
        {
            progress.Report(Status(0, 0));
            _time.Advance(TimeSpan.FromSeconds(4));
            progress.Report(Status(4, 0));
            progress.Report(Status(4, 1));
            _time.Advance(LineDisplay.Heartbeat);
            progress.Report(Status(4, 2));
            progress.Report(Status(4, 4));
            progress.Report(Status(4, 4));
            return Task.FromResult(0);
        });
        Assert.Collection(
            _text.ToString().TrimEnd().Split(Environment.NewLine),
            line => Assert.StartsWith("fakenet/conv_1  4/4  1.0 channels/s", line, StringComparison.Ordinal),
            line => Assert.StartsWith("6/8 channels  ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("fakenet/conv_2  4/4  ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PlainLinesOfASweepThatIsDoneAlreadyTellOfNoRate()
    {
        await new LineDisplay(_text, new RateMeter(_time), _time).ShowAsync(progress =>
        {
            progress.Report(Status(4, 4));
            return Task.FromResult(0);
        });
        Assert.Equal(["fakenet/conv_1  4/4", "fakenet/conv_2  4/4"], _text.ToString().TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task PlainLinesTellOnceWhyADeviceCannotGoOn()
    {
        static SweepStatus Troubled(string? trouble) => Status(0, 0) with { Devices = [new() { Device = "cuda:0", Activity = DeviceActivity.Broken, Trouble = trouble }] };
        await new LineDisplay(_text, new RateMeter(_time), _time).ShowAsync(progress =>
        {
            progress.Report(Troubled("no such network"));
            progress.Report(Troubled("no such network"));
            progress.Report(Troubled(null));
            progress.Report(Troubled("no such network"));
            return Task.FromResult(0);
        });
        Assert.Equal(Enumerable.Repeat("cuda:0 cannot go on: no such network", 2), _text.ToString().TrimEnd().Split(Environment.NewLine));
    }

    // -1 lines are those of TERM=dumb.
    [Theory(Timeout = 30_000)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task BarsShowTheSweepAndTheLayerAtWork(int height)
    {
        var console = Screen.WithHeight(AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new TerminalOf(height, _shared),
        }));
        var answer = await new BarDisplay(console, new RateMeter(_time)).ShowAsync(async progress =>
        {
            progress.Report(Status(1, 0, atWork: "conv_1"));
            while (!Shown("1/8 channels") || !Shown("conv_1  1/4"))
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            progress.Report(Status(4, 0, atWork: "conv_2"));
            return 7;
        });
        Assert.Equal(7, answer);
        Assert.Contains("fakenet/conv_1  4/4", _text.ToString(), StringComparison.Ordinal);
    }

    // The bars are drawn by a timer, on another thread: a synchronized writer locks itself.
    private bool Shown(string text)
    {
        lock (_shared)
        {
            return _text.ToString().Contains(text, StringComparison.Ordinal);
        }
    }

    private static SweepStatus Status(int first, int second, string? atWork = null) => new()
    {
        Id = Plan.Id,
        State = SweepState.Running,
        Steps = Plan.Recipe.Steps,
        Counts = new() { Planned = 8, Rendered = first + second },
        Layers =
        [
            new("fakenet", "conv_1", new() { Planned = 4, Rendered = first }),
            new("fakenet", "conv_2", new() { Planned = 4, Rendered = second }),
        ],
        Devices = [new() { Device = "cpu", Activity = DeviceActivity.Drawing, Shard = atWork is null ? null : new ShardId(Plan.Id, "fakenet", atWork, 0) }],
    };

    private sealed class TerminalOf(int height, TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 120;

        public int Height => height;

        public void SetEncoding(System.Text.Encoding encoding)
        {
            // Text stays text.
        }
    }
}
