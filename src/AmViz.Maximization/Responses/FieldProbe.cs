using AmViz.Responses;
using AmViz.Weights;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>Measures receptive fields by gradients.</summary>
/// <param name="network">Whose.</param>
internal sealed class FieldProbe(INetwork network)
{
    private const int Pictures = 8;
    private const int Seed = 20170401;

    /// <summary>The theoretical field of a layer: the exact support of its gradient.</summary>
    /// <remarks>
    /// What the middle of the map and its neighbour depend on, all channels together, over pictures of noise: where a pooling or a ReLU hides a pixel in one
    /// picture it does not in another. A side along which the field of the middle reaches the border is seen as a whole.
    /// </remarks>
    /// <param name="layer">Which layer.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    public ReceptiveField Theoretical(RespondingLayer layer, int size)
    {
        var grid = MapGrid.Of(layer);
        if (grid.Rows < 2 || grid.Columns < 2)
        {
            return ReceptiveField.Whole(size);
        }

        var (row, column) = ((grid.Rows - 1) / 2, (grid.Columns - 1) / 2);
        var (rows, columns) = Support(layer.Name, grid.Position(row, column), size);
        var (nextRows, nextColumns) = Support(layer.Name, grid.Position(row + 1, column + 1), size);
        return new(Axis(rows, nextRows, row, size), Axis(columns, nextColumns, column, size));
    }

    /// <summary>What moved a value most: the smallest rectangle that leaves out at most a twentieth of the squared gradient at each of its four sides.</summary>
    /// <remarks>After Luo et al. 2016 (arXiv 1701.04128), who measure the same gradient; the rectangle holds at least four fifths of its square.</remarks>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="channels">One a picture.</param>
    /// <param name="positions">One a picture.</param>
    /// <returns>One a picture; null where the gradient is zero or no finite number.</returns>
    public IReadOnlyList<PixelBox?> Effective(Tensor images, string layer, IReadOnlyList<int> channels, IReadOnlyList<int> positions)
    {
        using var scope = NewDisposeScope();
        var pixels = images.detach().requires_grad_();
        var wanted = tensor(channels.Select(channel => (long)channel).ToArray(), device: pixels.device);
        var places = tensor(positions.Select(position => (long)position).ToArray(), device: pixels.device).view(-1, 1);
        network.ForwardChannels(pixels, layer, wanted).flatten(1).gather(1, places).sum().backward();
        var gradient = pixels.grad!.to(ScalarType.Float64);
        var energy = (gradient * gradient).sum([1]);                                            // [N, H, W]
        var (rows, columns) = (energy.sum([2]).cpu(), energy.sum([1]).cpu());                   // [N, H], [N, W]
        return [.. Enumerable.Range(0, channels.Count).Select(n => Box(rows[n].data<double>().ToArray(), columns[n].data<double>().ToArray()))];
    }

    private (bool[] Rows, bool[] Columns) Support(string layer, int position, int size)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(Seed);
        var channels = network.Description.InputChannels.Count;
        var pixels = rand([Pictures, channels, size, size], generator: generator).to(network.Device).requires_grad_();
        var values = network.Forward(pixels, layer).flatten(2).narrow(2, position, 1).squeeze(2);  // [N, C]
        var weights = rand(values.shape, generator: generator).to(network.Device);              // so that channels do not cancel
        values.mul(weights).sum().backward();
        var seen = pixels.grad!.ne(HeldScalars.Zero).any(0).any(0);                             // [H, W]
        return (seen.any(1).cpu().data<bool>().ToArray(), seen.any(0).cpu().data<bool>().ToArray());
    }

    private static FieldAxis Axis(bool[] middle, bool[] next, int position, int size)
    {
        var (first, last) = (Array.IndexOf(middle, true), Array.LastIndexOf(middle, true));
        var stride = Array.IndexOf(next, true) - first;
        return first <= 0 || last >= size - 1 || stride <= 0
            ? FieldAxis.Whole(size)
            : new(last - first + 1, stride, first - (position * stride));
    }

    private static PixelBox? Box(double[] rows, double[] columns)
    {
        const double LeftOut = 0.05;
        var total = rows.Sum();
        if (!(total > 0) || !double.IsFinite(total))
        {
            return null;
        }

        var ((top, height), (left, width)) = (Middle(rows, LeftOut), Middle(columns, LeftOut));
        return new(left, top, width, height);
    }

    private static (int First, int Length) Middle(double[] energy, double leftOut)
    {
        var most = energy.Sum() * leftOut;
        var (first, last, before, behind) = (0, energy.Length - 1, energy[0], energy[^1]);
        while (first < last && before <= most)
        {
            before += energy[++first];
        }

        while (last > first && behind <= most)
        {
            behind += energy[--last];
        }

        return (first, last - first + 1);
    }
}
