using System.Text.RegularExpressions;
using AmViz.Cli.Specs;
using AmViz.Cluster.Abstractions;
using AmViz.Cluster.Http;
using AmViz.Networks;
using AmViz.Storage;

namespace AmViz.Cli.Clusters;

/// <summary>A cluster that is found by the address of its API: a coordinator plans sweeps, of networks that it knows.</summary>
/// <param name="connection">Which API, as whom.</param>
/// <param name="time">The clock.</param>
internal sealed partial class HttpCluster(ApiConnection connection, TimeProvider time) : INamedCluster
{
    private const string SpecWithMistakes = "spec-with-mistakes";

    /// <inheritdoc/>
    public Task<ISweepClient> ConnectAsync(CancellationToken cancellationToken) => Task.FromResult<ISweepClient>(new HttpSweepClient(connection, time));

    /// <inheritdoc/>
    public async Task<PlannedSubmission> PlanAsync(SweepSpec spec, IBlobStore? store, CancellationToken cancellationToken)
    {
        CheckIsKnownThere(spec, store);
        // As on this machine, where a network that nobody names is the default one.
        var named = spec with { Models = [.. spec.Models.Select(model => model is { Model: null, Digest: null } ? model with { Model = NetworkCatalogue.DefaultName } : model)] };
        var text = SpecWriter.Write(named);
        await using var client = new HttpSweepClient(connection, time);
        try
        {
            var plan = await client.PlanAsync(text, cancellationToken);
            return new(plan, (submission, cancel) => SubmitAsync(plan.Id, text, submission, cancel));
        }
        catch (RequestRefusedException e) when (e is { Kind: SpecWithMistakes, Errors.Count: > 0 })
        {
            throw new SpecException([.. e.Errors.Select(Problem)]);
        }
    }

    private void CheckIsKnownThere(SweepSpec spec, IBlobStore? store)
    {
        if (store is not null)
        {
            throw new UsageException($"--store: {connection.Address} looks for networks in its own store. Leave --store out; 'amviz models push' puts a network of yours there.");
        }

        var problems = spec.Models
            .Select((model, index) => (model.Weights, Path: FormattableString.Invariant($"models[{index}].weights")))
            .Where(model => model.Weights is not null)
            .Select(model => new SpecProblem(model.Path, $"The folder '{model.Weights}' is on this machine, where {connection.Address} cannot read it. Put the network into the cluster's store with 'amviz models push --weights DIR --store STORE', and name it by its name or digest."))
            .ToArray();
        if (problems.Length > 0)
        {
            throw new SpecException(problems);
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
}
