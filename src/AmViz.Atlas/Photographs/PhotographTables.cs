using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>What a pass of photographs says of the channels of a layer that are in the atlas.</summary>
internal sealed class PhotographTables
{
    private readonly ILookup<(int Channel, ExampleKind Kind), StoredExample> _examples;

    private PhotographTables(ResponseSummary pass, IReadOnlyDictionary<int, StoredChannel> channels, ILookup<(int Channel, ExampleKind Kind), StoredExample> examples)
        => (Pass, Channels, _examples) = (pass, channels, examples);

    /// <summary>Which pass.</summary>
    public ResponseSummary Pass { get; }

    /// <summary>Its numbers, by the number of the channel.</summary>
    public IReadOnlyDictionary<int, StoredChannel> Channels { get; }

    /// <summary>Crops of all photographs that are examples, some of them more than once.</summary>
    public IEnumerable<BlobPath> Crops => _examples.SelectMany(some => some).Select(example => example.Crop).OfType<BlobPath>();

    /// <summary>Puts two tables of a pass together.</summary>
    /// <param name="pass">Which pass.</param>
    /// <param name="shown">The channels that are in the atlas.</param>
    /// <param name="channels">The table of channels.</param>
    /// <param name="examples">The table of photographs.</param>
    public static PhotographTables Of(ResponseSummary pass, ChannelSet shown, IReadOnlyList<StoredChannel> channels, IReadOnlyList<StoredExample> examples)
    {
        var wanted = shown.Enumerate().ToHashSet();
        return new(
            pass,
            channels.Where(row => wanted.Contains(row.Channel)).ToDictionary(row => row.Channel),
            examples.Where(example => wanted.Contains(example.Channel)).OrderBy(example => example.Rank).ToLookup(example => (example.Channel, example.Kind)));
    }

    /// <summary>Photographs of a kind that are examples of what a channel responds to, in the order of their ranks.</summary>
    public IReadOnlyList<StoredExample> Of(int channel, ExampleKind kind) => [.. _examples[(channel, kind)]];
}
