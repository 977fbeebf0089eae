using AmViz.Models;
using AmViz.Networks;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Photographs;

/// <summary>Plans a pass of photographs as the work of a sweep, and writes down in the store what its devices must know.</summary>
/// <param name="store">The store of those devices.</param>
internal sealed class PassPlanning(IBlobStore store)
{
    private readonly ResponseStore _responses = new(store);

    /// <summary>Plans it.</summary>
    /// <param name="spec">A spec with photographs.</param>
    /// <param name="open">Opens its network.</param>
    /// <param name="cancellationToken">Gives up; planned again, it goes on.</param>
    /// <exception cref="SpecException">Every mistake at once.</exception>
    public async Task<SweepPlan> PlanAsync(SweepSpec spec, Func<ModelSelection, CancellationToken, Task<NetworkSource>> open, CancellationToken cancellationToken)
    {
        var shown = spec.Photographs!;
        var problems = PassPlanner.Check(spec, ResponsePlan.LargestShardSize).ToList();
        ThrowIfAny(problems);
        var network = (await OpenAsync(spec.Models[0], open, problems, cancellationToken)).Description;
        var layers = ResponseLayers.Choose(network, "models[0]", spec.Models[0].Layers, problems);
        var listing = await ListAsync(shown, network, problems, cancellationToken);
        ThrowIfAny(problems);

        var plan = new ResponsePlan(
            network.Name, network.WeightsDigest, network.InputSize, layers,
            listing is null ? PhotographSource.OfTextures(shown.Textures!.Value) : PhotographSource.OfFiles(listing.Photographs),
            shown.ShardSize ?? ResponsePlan.DefaultShardSize, shown.Batch ?? ResponsePlan.DefaultBatch);
        await _responses.WriteAsync(plan, listing?.Photographs, cancellationToken);
        if (listing is not null && shown.Copy)
        {
            await new PhotographCopies(_responses).CopyAsync(plan, listing, cancellationToken);
        }

        var work = new PassWork(plan.Id, shown.Crops, shown.EffectiveFields, shown.Copy ? null : listing?.Root);
        var runs = (int)Math.Min(plan.ShardSize, plan.Photographs.Count) + plan.Batch - 1;
        return PassPlanner.Plan(work, plan.Model, plan.WeightsDigest, plan.Size, plan.ShardCount, runs / plan.Batch, spec.FailureBudget);
    }

    private static async Task<NetworkSource> OpenAsync(
        ModelSelection selection, Func<ModelSelection, CancellationToken, Task<NetworkSource>> open, List<SpecProblem> problems, CancellationToken cancellationToken)
    {
        try
        {
            return await open(selection, cancellationToken);
        }
        catch (Exception e) when (e is not (StorageException or OperationCanceledException))
        {
            problems.Add(new("models[0]", e.Message));
            throw new SpecException(problems);
        }
    }

    private static async Task<PhotographListing?> ListAsync(PhotographSelection shown, NetworkDescription network, List<SpecProblem> problems, CancellationToken cancellationToken)
    {
        try
        {
            if (shown.Folder is { } folder)
            {
                return await PhotographListing.ReadAsync(folder, shown.LabelColumn, cancellationToken);
            }

            // It says what is wrong with the network.
            _ = new TexturePhotographs(network);
        }
        catch (UsageException e)
        {
            problems.AddRange(e.Problems.Select(problem => new SpecProblem("photographs", problem)));
        }

        return null;
    }

    private static void ThrowIfAny(List<SpecProblem> problems)
    {
        if (problems.Count > 0)
        {
            throw new SpecException(problems);
        }
    }
}
