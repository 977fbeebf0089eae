using AmViz.Cli.Options;
using AmViz.Storage;

namespace AmViz.Cli.Neighbours;

/// <summary>A sweep and those of its pictures whose channels are compared.</summary>
/// <param name="Id">The sweep.</param>
/// <param name="Pictures">Rows of the manifest with a picture, in the order of the plan, then of channels and seeds; at least one.</param>
internal sealed record ChosenSweep(SweepId Id, IReadOnlyList<ManifestEntry> Pictures)
{
    /// <summary>Fewest pictures that can be compared: what sets two apart from their mean is opposite, whatever they show.</summary>
    private const int FewestPictures = 3;

    /// <summary>Finds the sweeps and layers that a command line names.</summary>
    /// <param name="store">Where they lie.</param>
    /// <param name="ids">Sweeps; none: the only one that draws pictures.</param>
    /// <param name="layers">Layers; none: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>By id.</returns>
    /// <exception cref="UsageException">They are not there, or have no pictures.</exception>
    public static async Task<IReadOnlyList<ChosenSweep>> ChooseAsync(ChosenStore store, IReadOnlyList<string> ids, IReadOnlyList<string> layers, CancellationToken cancellationToken)
    {
        var (sweeps, drawing) = (new SweepStore(store.Blobs), new List<SweepId>());
        await foreach (var id in sweeps.ListAsync(cancellationToken))
        {
            if (await sweeps.ReadPlanAsync(id, cancellationToken) is { Work: null })
            {
                drawing.Add(id);
            }
        }

        var read = new List<ChosenSweep>();
        foreach (var id in ids.Count == 0 ? [TheOnly(drawing, store)] : Named(ids, drawing, store))
        {
            read.Add(new(id, await new ManifestReader(store.Blobs).ReadRowsAsync(id, cancellationToken).Where(row => row.Picture is not null && row.Sha256 is not null).ToListAsync(cancellationToken)));
        }

        return WithLayers([.. read.OrderBy(sweep => sweep.Id.ToString(), StringComparer.Ordinal)], layers, store);
    }

    private static SweepId TheOnly(List<SweepId> drawing, ChosenStore store) => drawing switch
    {
        [var only] => only,
        [] => throw new UsageException($"{store.Blobs.Name} has no sweep that draws pictures. Run 'amviz run {store.Arguments}' with layers first."),
        _ => throw new UsageException($"{store.Blobs.Name} has {drawing.Count} sweeps that draw pictures. Expected the id of one, or ids with commas between to compare them: {string.Join(", ", drawing)}."),
    };

    private static SweepId[] Named(IReadOnlyList<string> ids, List<SweepId> drawing, ChosenStore store)
    {
        string[] unknown = [.. ids.Where(id => !drawing.Exists(sweep => sweep.ToString() == id))];
        return unknown.Length == 0
            ? [.. drawing.Where(sweep => ids.Contains(sweep.ToString(), StringComparer.Ordinal))]
            : throw new UsageException([.. unknown.Select(id => $"{store.Blobs.Name} has no sweep '{id}' that draws pictures. {(drawing.Count == 0 ? "It has none; 'amviz run' makes one." : $"It has {string.Join(", ", drawing)}.")}")]);
    }

    private static ChosenSweep[] WithLayers(IReadOnlyList<ChosenSweep> sweeps, IReadOnlyList<string> names, ChosenStore store)
    {
        string[] there = [.. sweeps.SelectMany(sweep => sweep.Pictures.Select(row => row.Layer)).Distinct(StringComparer.Ordinal)];
        ChosenSweep[] chosen = [.. sweeps.Select(sweep => sweep with { Pictures = [.. sweep.Pictures.Where(row => names.Count == 0 || names.Contains(row.Layer, StringComparer.Ordinal))] })];
        string[] problems =
        [
            .. sweeps.Where(sweep => sweep.Pictures.Count == 0).Select(sweep => $"Sweep {sweep.Id} has no pictures: it has not finished, or nothing of it could be drawn. Run its 'amviz run {store.Arguments}' to the end."),
            .. there.Length == 0 ? [] : names.Except(there, StringComparer.Ordinal).Select(name => $"--layer: no picture of the sweep is of a layer '{name}'.{Nearest.Question(name, there)} There are pictures of {string.Join(", ", there)}."),
            .. chosen.Zip(sweeps).Where(pair => pair is { First.Pictures.Count: 0, Second.Pictures.Count: > 0 } && sweeps.Count > 1).Select(pair => $"--layer: sweep {pair.First.Id} has pictures of none of the named layers."),
        ];
        if (problems.Length == 0 && chosen.Sum(sweep => sweep.Pictures.Count) is var count && count < FewestPictures)
        {
            problems = [$"Found {count} pictures; expected at least {FewestPictures}, since what sets two pictures apart from their mean is always opposite. Draw more channels with 'amviz run'."];
        }

        return problems.Length == 0 ? chosen : throw new UsageException(problems);
    }
}
