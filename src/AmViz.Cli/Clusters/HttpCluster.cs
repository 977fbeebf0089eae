using System.Globalization;
using System.Text.RegularExpressions;
using AmViz.Cli.Engine;
using AmViz.Cli.Specs;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Clusters;

/// <summary>A cluster that is found by the address of its API: a coordinator plans sweeps, of networks that it knows or is sent.</summary>
/// <param name="connection">Which API, as whom.</param>
/// <param name="networks">Opens networks of this machine.</param>
/// <param name="display">Shows how far one is that is sent.</param>
/// <param name="notes">Told of each network of this machine that is used.</param>
/// <param name="time">The clock.</param>
internal sealed partial class HttpCluster(ApiConnection connection, OpenedNetworks networks, ITransferDisplay display, TextWriter notes, TimeProvider time) : INamedCluster
{
    private const string SpecWithMistakes = "spec-with-mistakes";

    /// <summary>What its sweeps have drawn; the caller disposes of it.</summary>
    public HttpResultClient Results() => new(connection, time);

    /// <inheritdoc/>
    public Task<ISweepClient> ConnectAsync(CancellationToken cancellationToken) => Task.FromResult<ISweepClient>(new HttpSweepClient(connection, time));

    /// <inheritdoc/>
    public async Task<PlannedSubmission> PlanAsync(SweepSpec spec, IBlobStore? store, CancellationToken cancellationToken)
    {
        var text = await WriteAsync(spec, store, cancellationToken);
        await using var client = new HttpSweepClient(connection, time);
        var plan = await MistakesAsync(client.PlanAsync(text, cancellationToken));
        return new(plan, (submission, cancel) => SubmitAsync(plan.Id, text, submission, cancel));
    }

    /// <summary>Has a coordinator measure what a sweep would take; nothing is begun, but networks that the cluster lacks are sent.</summary>
    /// <param name="spec">What to draw.</param>
    /// <param name="store">As for <see cref="PlanAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    public async Task<EstimatedSweep> EstimateAsync(SweepSpec spec, IBlobStore? store, CancellationToken cancellationToken)
    {
        var text = await WriteAsync(spec, store, cancellationToken);
        await using var client = new HttpSweepClient(connection, time);
        return await MistakesAsync(client.EstimateAsync(text, cancellationToken));
    }

    /// <summary>The spec as a coordinator reads it, once the cluster has every network of this machine that it names.</summary>
    private async Task<string> WriteAsync(SweepSpec spec, IBlobStore? store, CancellationToken cancellationToken)
    {
        if (store is not null)
        {
            throw new UsageException($"--store: {connection.Address} looks for networks in its own store. Leave --store out; a network of yours gets there by --weights, or by 'amviz models push --cluster {connection.Address}'.");
        }

        // What can be told here is told before anything is sent.
        await CheckFoldersAsync(spec, cancellationToken);
        List<ModelSelection> models = [];
        foreach (var model in spec.Models)
        {
            // As on this machine, where a network that nobody names is the default one.
            models.Add(model.Weights is not null ? await SendAsync(model, cancellationToken)
                : model is { Model: null, Digest: null } ? model with { Model = NetworkCatalogue.DefaultName }
                : model);
        }

        return SpecWriter.Write(spec with
        {
            Models = models,
            Scores = spec.Scores is { Judge: { Weights: not null } judge } ? spec.Scores with { Judge = await SendAsync(judge, cancellationToken) } : spec.Scores,
        });
    }

    private async Task CheckFoldersAsync(SweepSpec spec, CancellationToken cancellationToken)
    {
        var folders = spec.Models.Index().Where(model => model.Item.Weights is not null).ToArray();
        try
        {
            if (folders.Length > 0)
            {
                // Only the coordinator can plan what is not drawn; it looks into its store.
                await networks.PlanAsync(spec with { Models = [.. folders.Select(folder => folder.Item)], Photographs = null, Scores = null }, cancellationToken);
            }
        }
        catch (SpecException e)
        {
            throw new SpecException([.. e.Problems.Select(problem => problem with { Path = PlaceOfModel().Replace(
                problem.Path, match => string.Create(CultureInfo.InvariantCulture, $"models[{folders[int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture)].Index}]")) })]);
        }
    }

    private async Task<ModelSelection> SendAsync(ModelSelection model, CancellationToken cancellationToken)
    {
        var source = await networks.OpenAsync(model, cancellationToken);
        var sent = await new NetworkSender(connection, time).SendAsync(source, again: false, display, cancellationToken)
            ?? throw new UsageException($"'{source.Description.Name}' is inside every amviz. Leave --weights out.");
        await notes.WriteLineAsync($"network  {sent.Model} {(sent.IsThere ? "of" : "sent to")} {connection.Address}, digest {sent.WeightsDigest}");
        return model with { Model = sent.Model, Digest = sent.WeightsDigest, Weights = null, CheckpointKey = null };
    }

    private static async Task<T> MistakesAsync<T>(Task<T> asking)
    {
        try
        {
            return await asking;
        }
        catch (RequestRefusedException e) when (e is { Kind: SpecWithMistakes, Errors.Count: > 0 })
        {
            throw new SpecException([.. e.Errors.Select(Problem)]);
        }
    }

    private async Task<(ISweepClient Client, SweepStatus Status)> SubmitAsync(SweepId sweep, string spec, SweepSubmission submission, CancellationToken cancellationToken)
    {
        var client = new HttpSweepClient(connection, time);
        try
        {
            return (client, await client.SubmitAsync(sweep, spec, submission, cancellationToken));
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Places are those of the text that was sent; whoever wrote the spec knows others.</summary>
    private static SpecProblem Problem(string error)
        => PlacedError().Match(error) is { Success: true } match ? new(match.Groups["path"].Value, match.Groups["message"].Value) : new("", error);

    [GeneratedRegex(@"^(spec:\d+:\d+: )?((?<path>[a-zA-Z0-9]+(\[\d+\])?(\.[a-zA-Z0-9]+(\[\d+\])?)*): )?(?<message>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex PlacedError();

    [GeneratedRegex(@"^models\[(?<index>\d+)\]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex PlaceOfModel();
}
