using AmViz.Models;

namespace AmViz.Cli.Paper;

/// <summary>Settles which pictures a figure shows of a network.</summary>
/// <param name="recipe">How to draw; its size is settled here.</param>
/// <param name="seed">Of the pictures, and of the lot.</param>
/// <param name="layers">Most layers of a network.</param>
/// <param name="channels">Channels of a layer, and classes drawn by lot.</param>
internal sealed class FigureLayout(RenderRecipe recipe, int seed, int layers, int channels)
{
    private static readonly string[] PaperClasses = ["ladybug", "monarch", "pineapple"];
    private static readonly int[] Milestones = [1, 4, 16, 64, 256];

    /// <summary>The pictures; null if the network is not one that the figure shows.</summary>
    public FigurePart? Of(PaperFigure figure, NetworkDescription network)
    {
        var hasClasses = network.Layers(network.InputSize).Any(layer => layer.Kind == LayerKind.Logits);
        return figure.Kind switch
        {
            FigureKind.Trajectory when hasClasses => Trajectory(figure, network),
            FigureKind.Logits when hasClasses => Part(figure, network, [.. Classes(network).Select(index => Panel(network, NetworkDescription.Logits, index, Settled(network)))], PaperClasses.Length + channels),
            FigureKind.Layers when network.Architecture == figure.Architecture => LayerGrid(figure, network),
            _ => null,
        };
    }

    private FigurePart Trajectory(PaperFigure figure, NetworkDescription network)
    {
        int[] steps = [.. Milestones.Where(milestone => milestone < recipe.Steps), recipe.Steps];
        return Part(
            figure, network,
            [.. steps.Select(count => Panel(network, NetworkDescription.Logits, Classes(network)[0], Settled(network) with { Steps = count }))], steps.Length);
    }

    private FigurePart LayerGrid(PaperFigure figure, NetworkDescription network)
    {
        LayerInfo[] all = [.. network.Layers(network.InputSize).Where(layer => layer.IsDefaultTap && layer.Kind != LayerKind.Logits && !IsLeftOut(figure, layer))];
        var shown = Spread(all.Length, layers).Select(index => all[index]).ToArray();
        var lot = new Random(seed);
        return Part(
            figure, network,
            [.. shown.SelectMany(layer => Channels(figure, layer, lot).Select(channel => Panel(network, layer.Name, channel, Settled(network))))],
            Math.Min(channels, shown.Min(layer => layer.ChannelCount)));
    }

    private static bool IsLeftOut(PaperFigure figure, LayerInfo layer)
        => figure.LeavesOut is { } beginning && layer.Name.StartsWith(beginning, StringComparison.Ordinal);

    private int[] Channels(PaperFigure figure, LayerInfo layer, Random lot)
    {
        var count = Math.Min(channels, layer.ChannelCount);
        return figure.ByLot ? Drawn(lot, layer.ChannelCount, count, taken: []) : [.. Enumerable.Range(0, count)];
    }

    /// <summary>The paper's three where the network knows them by name, else its first three; then some by lot.</summary>
    private int[] Classes(NetworkDescription network)
    {
        int[] named = [.. PaperClasses.Select(name => IndexOf(network.Labels, name)).Where(index => index >= 0)];
        var first = named.Length == PaperClasses.Length ? named : [.. Enumerable.Range(0, Math.Min(PaperClasses.Length, network.Labels.Count))];
        return [.. first, .. Drawn(new Random(seed), network.Labels.Count, Math.Min(channels, network.Labels.Count - first.Length), first)];
    }

    private static int IndexOf(IReadOnlyList<string> labels, string name)
        => labels.Index().FirstOrDefault(label => label.Item.Split(',')[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase), (Index: -1, Item: "")).Index;

    private static int[] Drawn(Random lot, int of, int count, IReadOnlyCollection<int> taken)
    {
        int[] left = [.. Enumerable.Range(0, of).Except(taken)];
        lot.Shuffle(left);
        return [.. left.Take(count).Order()];
    }

    /// <summary>Up to <paramref name="count"/> of <paramref name="of"/> numbers, evenly spread, the first and the last among them.</summary>
    private static IEnumerable<int> Spread(int of, int count)
        => count >= of ? Enumerable.Range(0, of) : Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)Math.Round((double)i * (of - 1) / (count - 1)));

    private RenderRecipe Settled(NetworkDescription network) => recipe.Size == 0 ? recipe with { Size = network.InputSize } : recipe;

    private FigurePanel Panel(NetworkDescription network, string layer, int channel, RenderRecipe how) => new(
        new(network.Name, network.WeightsDigest, layer, channel, seed), how, layer == NetworkDescription.Logits ? network.Labels[channel] : null);

    private static FigurePart Part(PaperFigure figure, NetworkDescription network, IReadOnlyList<FigurePanel> panels, int columns)
        => new(figure, network.Name, panels, Math.Max(1, columns));
}
