using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep task</c>: what is known of one channel of a sweep.</summary>
internal sealed class SweepTaskCommand : OneSweepCommand
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly Argument<string> _layer = new("layer") { Description = "Layer, as 'amviz sweep status' lists it." };

    private readonly Argument<int> _channel = new("channel") { Description = "Channel from 0, or class index." };

    private readonly Option<string?> _model = new("--model", "-m") { Description = "Network. Not needed where one network of the sweep has the layer.", HelpName = "MODEL" };

    private readonly Option<int?> _seed = NumberOption.Whole("--seed", "3", "Seed. Default: the first of the sweep.");

    private readonly Option<bool> _watch = new("--watch") { Description = "Show every change until the task has ended." };

    public SweepTaskCommand(CommandContext context)
        : base(
            context, "task", "Show one channel of a sweep: state, device, step, attempts, and where its picture is.",
            "amviz sweep task 0123456789abcdef conv_pw_5_bn 12 --cluster redis://localhost:6379",
            "amviz sweep task 0123456789abcdef conv_pw_5_bn 12 --watch --cluster https://amviz.example.com")
    {
        RequireSweep();
        Add(_layer);
        Add(_channel);
        Add(_model);
        Add(_seed);
        Add(_watch);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        var asJson = result.GetValue(SharedOptions.Json);
        var query = await QueryAsync(client, sweep, result, cancellationToken);
        var task = await InspectAsync(client, sweep, query, cancellationToken);
        if (result.GetValue(_watch))
        {
            task = await WatchAsync(task, line => (asJson ? Context.Screen.Error : Context.Screen.Output).WriteLine(line), () => InspectAsync(client, sweep, query with { History = false }, cancellationToken), cancellationToken);
        }

        if (asJson)
        {
            Context.Screen.WriteJson(task);
        }
        else
        {
            TaskText.Write(Context.Screen, task);
        }

        return ExitCode.Done;
    }

    /// <summary>The task that is meant, once it is clear which network's layer.</summary>
    private async Task<TaskQuery> QueryAsync(ISweepClient client, SweepId sweep, ParseResult result, CancellationToken cancellationToken)
    {
        var status = await client.StatusAsync(sweep, cancellationToken) ?? throw Unknown(sweep);
        var (layer, model) = (result.GetRequiredValue(_layer), result.GetValue(_model));
        var layers = status.Layers.Where(known => model is null || known.Model == model).ToArray();
        return layers.Where(known => known.Layer == layer).Select(known => known.Model).ToArray() switch
        {
            [var only] => new(only, layer, result.GetValue(_channel), result.GetValue(_seed)),
            [] => throw new UsageException($"Sweep {sweep} draws no layer '{layer}'{(model is null ? "" : $" of '{model}'")}.{Nearest.Question(layer, layers.Select(known => known.Layer))} 'amviz sweep status {sweep}' lists its layers."),
            var several => throw new UsageException($"Which network? {string.Join(" and ", several.Select(name => $"'{name}'"))} have a layer '{layer}'. Name one with --model."),
        };
    }

    private static async Task<TaskInspection> InspectAsync(ISweepClient client, SweepId sweep, TaskQuery query, CancellationToken cancellationToken)
        => await client.InspectTaskAsync(sweep, query, cancellationToken)
            ?? throw new UsageException($"Sweep {sweep} does not draw channel {query.Channel} of '{query.Layer}'{(query.Seed is { } seed ? $" with seed {seed}" : "")}. Name one of its channels and seeds.");

    private async Task<TaskInspection> WatchAsync(TaskInspection task, Action<string> show, Func<Task<TaskInspection>> inspect, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(WatchInterval, Context.Time);
        for (var last = ""; ; task = await inspect())
        {
            var line = TaskText.Line(task);
            if (line != last)
            {
                show(last = line);
            }

            if (task.State >= TaskState.Done)
            {
                return task;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
