using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cluster.Abstractions;
using AmViz.Storage;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz sweep submit</c>: submits a sweep to a cluster.</summary>
internal sealed class SweepSubmitCommand : ClusterCommand
{
    private readonly SweepRequest _request;

    private readonly Argument<string?> _spec = new("spec")
    {
        Description = "A YAML file that says what to draw (see examples/). Without it, the options say it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _priority = NumberOption.Whole("--priority", "1", "Sweeps of a higher priority get the devices first. Default: 0.");

    private readonly Option<int?> _share = NumberOption.Whole("--share", "3", "Sweeps of one priority share the devices in proportion to this. Default: 1.");

    private readonly PoolOption _pool = new("Let only devices of this pool draw it; any: all of them. Default: what it was, at first any.", mayBeAny: true);

    private readonly NetworkStoreOption _store = new(
        "Store of the cluster, folder:PATH or azure:CONTAINER: networks that this machine lacks are looked for there, and those that it lacks are put there first.");

    private readonly Option<bool> _again = new("--again") { Description = "Begin a new run of a sweep that is under way or has ended: channels that failed are tried again." };

    private readonly EstimateOption _estimate = new();

    private readonly Option<bool> _wait = new("--wait") { Description = "Watch it until it ends; the exit code tells how. Stopping to wait does not stop the sweep." };

    public SweepSubmitCommand(CommandContext context)
        : base(
            context, "submit", "Give a sweep to a cluster. Submitted twice it is one sweep; what lies in the store is not drawn again.",
            "amviz sweep submit --model texturenet --cluster redis://localhost:6379",
            "amviz sweep submit --layer 'conv_pw_*_bn' --cluster redis://localhost:6379",
            "amviz sweep submit --model mynet --store azure:results --cluster redis://localhost:6379",
            "amviz sweep submit --model mynet --wait --cluster https://amviz.example.com",
            "amviz sweep submit --weights DIR --layer logits --cluster https://amviz.example.com",
            "amviz sweep submit examples/scores.yaml --store azure:results --wait --cluster redis://localhost:6379",
            "amviz sweep submit examples/texturenet.yaml --estimate",
            "amviz sweep submit examples/texturenet.yaml --priority 1 --wait --cluster redis://localhost:6379")
    {
        _request = new(context.Settings);
        Add(_spec);
        _request.AddTo(this);
        _store.AddTo(this);
        Add(_priority);
        Add(_share);
        _pool.AddTo(this);
        Add(_again);
        Add(_wait);
        _estimate.AddTo(this);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var store = _store.Open(result, Context.Settings);
        var submission = new SweepSubmission { Anew = result.GetValue(_again), Rank = Rank(result), Pool = _pool.Read(result) };
        var asJson = result.GetValue(SharedOptions.Json);
        if (_estimate.IsGiven(result))
        {
            await EstimateAsync(result, store, asJson, cancellationToken);
            return ExitCode.Done;
        }

        // Mistakes in the spec are said before anything is begun.
        var cluster = Cluster(result);
        var planned = await _request.PlanAsync(result, result.GetValue(_spec), async spec =>
        {
            // Before it is planned: whoever plans looks for them.
            await SendPhotographsAsync(_request.Photographs(result, spec.Recipe), store, isOverHttp: Api(result) is not null, cancellationToken);
            return await cluster.PlanAsync(spec, store, cancellationToken);
        });
        PlanText.Write(asJson ? Context.Screen.Error : Context.Screen.Output, planned.Plan, "that of the cluster");
        var (client, status) = await planned.SubmitAsync(submission, cancellationToken);
        await using var connected = client;
        if (result.GetValue(_wait))
        {
            return await new SweepWatch(Context.Screen, Context.Time, client, planned.Plan.Id).ToEndAsync(result, cancellationToken);
        }

        if (asJson)
        {
            Context.Screen.WriteJson(status);
        }
        else
        {
            Context.Screen.Output.WriteLine(StatusText.Line(status));
        }

        return ExitCode.Done;
    }

    private static Task SendPhotographsAsync(ReferencePhotographs photographs, IBlobStore? store, bool isOverHttp, CancellationToken cancellationToken)
        => photographs.Files.Count == 0 ? Task.CompletedTask
            : isOverHttp ? throw new UsageException("--photos: Photographs are not sent over HTTP. Put them into the store of the cluster where it is in reach ('amviz run' or 'amviz sweep submit' by its Redis), and name them in a spec by their SHA-256, under recipe.prior.photographs.")
            : store is not null ? photographs.PushAsync(store, cancellationToken)
            : throw new UsageException("--photos: Devices read photographs from the store of the cluster. Name it with --store.");

    // A cluster that is found by its Redis is not asked: what its devices are like is not known to it either.
    private async Task EstimateAsync(ParseResult result, IBlobStore? store, bool asJson, CancellationToken cancellationToken)
    {
        if (Api(result) is { } cluster)
        {
            var measured = await _request.PlanAsync(result, result.GetValue(_spec), spec => cluster.EstimateAsync(spec, store, cancellationToken));
            EstimateReport.Write(Context.Screen, measured, "a coordinator", asJson);
            return;
        }

        var networks = Context.NetworksOf(store);
        var plan = await _request.PlanAsync(result, result.GetValue(_spec), networks, cancellationToken);
        var device = new ComputeOptions(Context.Settings).Read(result);
        await new EstimateReport(Context.Screen, Context.Engine, Context.Time).WriteAsync(plan, networks, device, store, asJson, cancellationToken);
    }

    private SweepRank? Rank(ParseResult result)
    {
        var (priority, share) = (result.GetValue(_priority), result.GetValue(_share));
        if (share is < 1 or > SweepRank.LargestShare)
        {
            throw new UsageException($"--share: {share} is out of range. Expected 1 to {SweepRank.LargestShare}.");
        }

        return priority is null && share is null ? null : new(priority ?? SweepRank.Default.Priority, share ?? SweepRank.Default.Share);
    }
}
