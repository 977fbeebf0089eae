using AmViz.Cli.Options;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Cli.Quizzes;

/// <summary>A layer of a sweep that people can be asked about.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Pass">Photographs through it, with enough of them cut out.</param>
/// <param name="Pictures">Rows of the manifest with a picture, by channel.</param>
internal sealed record QuizLayer(PlannedLayer Layer, ResponseSummary Pass, IReadOnlyList<ManifestEntry> Pictures)
{
    /// <summary>Finds it.</summary>
    /// <param name="store">Where sweep and passes lie.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="name">Name of the layer; null: the only one that can be asked about.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UsageException">There is none, or several.</exception>
    public static async Task<QuizLayer> FindAsync(ChosenStore store, SweepId sweep, string? name, CancellationToken cancellationToken)
    {
        var plan = await new SweepStore(store.Blobs).ReadPlanAsync(sweep, cancellationToken)
            ?? throw new StorageException($"{store.Blobs.Name} has no plan of sweep '{sweep}'.");
        PlannedLayer[] named = [.. plan.Layers.Where(layer => name is null || layer.Layer == name)];
        if (named.Length == 0)
        {
            string[] drawn = [.. plan.Layers.Select(layer => layer.Layer)];
            throw new UsageException($"--layer: sweep '{sweep}' draws no layer '{name}'.{Nearest.Question(name!, drawn)} It draws {string.Join(", ", drawn)}.");
        }

        var found = await OfAsync(store.Blobs, sweep, named, cancellationToken);
        return found switch
        {
            [var only] => only,
            [] => throw new UsageException($"No layer of sweep '{sweep}' has both pictures and a finished pass of photographs with at least {QuizChannel.FewestStrongest} crops. Run 'amviz respond --layer {string.Join(",", named.Select(layer => layer.Layer))} --effective-fields 0 {store.Arguments}' with photographs or textures first."),
            _ when name is null => throw new UsageException($"Which layer? Expected --layer with one of {string.Join(", ", found.Select(layer => layer.Layer.Layer))}."),
            _ => throw new UsageException($"Sweep '{sweep}' draws '{name}' of several networks: {string.Join(", ", found.Select(layer => layer.Layer.Model))}. Expected a sweep of one of them."),
        };
    }

    /// <summary>The channels that can be asked about.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="wanted">Null: all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<QuizChannel>> ChannelsAsync(IBlobStore blobs, ChannelSet? wanted, CancellationToken cancellationToken)
    {
        var asked = wanted?.Enumerate().ToHashSet();
        var examples = (await new ResponseReader(blobs).ReadExamplesAsync(Pass, Layer.Layer, cancellationToken)).Where(example => example.Crop is not null).ToLookup(example => (example.Channel, example.Kind));
        QuizPhotograph[] Photographs(int channel, ExampleKind kind)
            => [.. examples[(channel, kind)].OrderBy(example => example.Rank).Select(example => new QuizPhotograph(example.Photograph, example.Response, example.Crop!.Value.Value))];
        return
        [
            .. from picture in Pictures.DistinctBy(picture => picture.Channel)
               where asked?.Contains(picture.Channel) != false
               let channel = QuizChannel.Of(picture.Channel, new(picture.Picture!, picture.Sha256!), Photographs(picture.Channel, ExampleKind.Top), Photographs(picture.Channel, ExampleKind.Bottom))
               where channel is not null
               select channel,
        ];
    }

    private static async Task<IReadOnlyList<QuizLayer>> OfAsync(IBlobStore blobs, SweepId sweep, IReadOnlyList<PlannedLayer> layers, CancellationToken cancellationToken)
    {
        var passes = new PassFinder(await new ResponseReader(blobs).PassesAsync(cancellationToken).Where(pass => pass.Shown.Crops >= QuizChannel.FewestStrongest).ToListAsync(cancellationToken));
        var pictures = (await new ManifestReader(blobs).ReadRowsAsync(sweep, cancellationToken).Where(row => row.Picture is not null && row.Sha256 is not null).ToListAsync(cancellationToken))
            .ToLookup(row => (row.WeightsDigest, row.Layer));
        return
        [
            .. from layer in layers
               let pass = passes.Of(layer.WeightsDigest, layer.Layer, layer.ChannelCount)
               where pass is not null && pictures[(layer.WeightsDigest, layer.Layer)].Any()
               // Of several seeds the first.
               select new QuizLayer(layer, pass, [.. pictures[(layer.WeightsDigest, layer.Layer)].OrderBy(row => row.Channel).ThenBy(row => row.Seed)]),
        ];
    }
}
