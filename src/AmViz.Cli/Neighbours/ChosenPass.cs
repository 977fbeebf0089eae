using AmViz.Cli.Options;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>A pass and those of its layers whose channels are compared.</summary>
/// <param name="Plan">The pass.</param>
/// <param name="Layers">In the order of the plan.</param>
internal sealed record ChosenPass(ResponsePlan Plan, IReadOnlyList<RespondingLayer> Layers)
{
    /// <summary>Finds the passes and layers that a command line names.</summary>
    /// <param name="store">Where they lie.</param>
    /// <param name="ids">Passes; none: the only one that has finished.</param>
    /// <param name="layers">Layers; none: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By id.</returns>
    /// <exception cref="UsageException">They are not there.</exception>
    public static async Task<IReadOnlyList<ChosenPass>> ChooseAsync(ChosenStore store, IReadOnlyList<string> ids, IReadOnlyList<string> layers, CancellationToken cancellationToken)
    {
        var samples = new SampleStore(store.Blobs);
        var plans = await samples.PassesAsync(cancellationToken);
        var finished = new List<ResponsePlan>();
        foreach (var plan in plans)
        {
            if (await samples.IsCompleteAsync(plan, cancellationToken))
            {
                finished.Add(plan);
            }
        }

        return WithLayers(ids.Count == 0 ? [TheOnly(finished, plans, store)] : Named(ids, finished, plans, store), layers);
    }

    private static ResponsePlan TheOnly(List<ResponsePlan> finished, IReadOnlyList<ResponsePlan> plans, ChosenStore store) => (finished, plans) switch
    {
        ([var plan], _) => plan,
        ([], []) => throw new UsageException($"{store.Blobs.Name} holds no pass of photographs. Run 'amviz respond {store.Arguments}' with layers and photographs first."),
        ([], _) => throw new UsageException([.. plans.Select(Unfinished)]),
        _ => throw new UsageException($"{store.Blobs.Name} holds {finished.Count} finished passes. Expected --pass ID, or --pass ID,ID to compare them: {Describe(finished)}."),
    };

    private static IReadOnlyList<ResponsePlan> Named(IReadOnlyList<string> ids, List<ResponsePlan> finished, IReadOnlyList<ResponsePlan> plans, ChosenStore store)
    {
        string[] problems =
        [
            .. from id in ids
               where finished.All(plan => plan.Id != id)
               select plans.FirstOrDefault(plan => plan.Id == id) is { } unfinished
                   ? Unfinished(unfinished)
                   : $"--pass: there is no pass '{id}' in {store.Blobs.Name}. {(finished.Count == 0 ? "No pass has finished there" : $"Those that have finished are {Describe(finished)}")}.",
        ];
        return problems.Length == 0 ? [.. finished.Where(plan => ids.Contains(plan.Id, StringComparer.Ordinal))] : throw new UsageException(problems);
    }

    private static string Unfinished(ResponsePlan plan)
        => $"Pass {plan.Id} of {plan.Model} keeps no sample of all its layers: it has not finished, or an earlier version of this program finished it. Run its 'amviz respond' again; if that computes nothing, run it with another --crops, which makes what is missing of the same statistics.";

    private static string Describe(IEnumerable<ResponsePlan> plans)
        => string.Join("; ", plans.Select(plan => FormattableString.Invariant($"{plan.Id} ({plan.Model}, {plan.Photographs.Count} photographs, {string.Join(", ", plan.Layers.Select(layer => layer.Name))})")));

    private static ChosenPass[] WithLayers(IReadOnlyList<ResponsePlan> plans, IReadOnlyList<string> names)
    {
        ChosenPass[] chosen = [.. plans.Select(plan => new ChosenPass(plan, [.. plan.Layers.Where(layer => names.Count == 0 || names.Contains(layer.Name, StringComparer.Ordinal))]))];
        string[] problems =
        [
            .. names.Where(name => chosen.All(pass => pass.Layers.All(layer => layer.Name != name))).Select(name => $"--layer: no chosen pass has a layer '{name}'. They have {Describe(plans)}."),
            .. chosen.Where(pass => pass.Layers.Count == 0).Select(pass => $"--layer: pass {pass.Plan.Id} has none of the named layers. It has {string.Join(", ", pass.Plan.Layers.Select(layer => layer.Name))}."),
        ];
        return problems.Length == 0 ? chosen : throw new UsageException(problems);
    }
}
