using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace AmViz.Benchmarks;

/// <summary><c>AmViz.Benchmarks watch</c>.</summary>
internal sealed class WatchCommand : Command
{
    private const double Megabyte = 1e6;

    private readonly Option<int> _watchers = new("--watchers") { Description = "Streams of events, besides none.", DefaultValueFactory = _ => 200 };
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long a sweep takes.", DefaultValueFactory = _ => 20 };
    private readonly Option<bool> _json = new("--json") { Description = "Print the report as JSON." };

    public WatchCommand()
        : base("watch", "What watchers of a sweep cost its coordinator: the same sweep without and with them.")
    {
        Add(_watchers);
        Add(_seconds);
        Add(_json);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var runs = await WatchedSweeps.MeasureAsync([0, result.GetValue(_watchers)], result.GetValue(_seconds), cancellationToken);
        if (result.GetValue(_json))
        {
            Console.WriteLine(JsonSerializer.Serialize(runs, JsonSerializerOptions.Web));
        }
        else
        {
            Row("watchers", run => $"{run.Watchers}");
            Row("sweep, s", run => $"{run.Seconds:0.0}");
            Row("processor, s", run => $"{run.CpuSeconds:0.0}");
            Row("of a core, %", run => $"{100 * run.CpuSeconds / run.Seconds:0.0}");
            Row("live heap, MB", run => $"{run.HeapBytes / Megabyte:0.0}");
            Row("process, MB", run => $"{run.PeakBytes / Megabyte:0}");
            Row("events", run => $"{run.Events}");
            Row("lost or double", run => $"{run.Wrong}");
        }

        return runs.All(run => run.Wrong == 0) ? 0 : 1;

        void Row(string name, Func<WatchedRun, FormattableString> value) => Console.WriteLine($"{name,-16}{string.Concat(runs.Select(run => value(run).ToString(CultureInfo.InvariantCulture).PadLeft(12)))}");
    }
}

/// <summary><c>AmViz.Benchmarks watched</c>: the coordinator that is watched, started by the other half.</summary>
internal sealed class WatchedCommand : Command
{
    public WatchedCommand()
        : base("watched", "The coordinator that is watched; started by 'watch'.")
    {
        Hidden = true;
        SetAction((_, _) => WatchedCoordinator.ServeAsync());
    }
}
