using AmViz.Imaging;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>From the planes that are optimized to the channels of the pictures: decorrelated colours become RGB, a grey plane becomes all three.</summary>
/// <remarks>A linear map of the channels of each pixel, before the range map; channels that are no colours are their own planes.</remarks>
internal sealed class ColourMap : IDisposable
{
    private readonly Tensor? _matrix;            // [C, P]; null: every plane is a channel

    private ColourMap(Tensor? matrix, IReadOnlyList<int> statistics) => (_matrix, Statistics) = (matrix, statistics);

    /// <summary>Planes that are optimized, P.</summary>
    public int PlaneCount => Statistics.Count;

    /// <summary>Of each plane, which decorrelated colour of natural images it is like: 0 is the lightness, which grey planes are like.</summary>
    public IReadOnlyList<int> Statistics { get; }

    /// <summary>The map that a recipe asks for.</summary>
    /// <param name="recipe">Whether colours are decorrelated, or left out.</param>
    /// <param name="network">Whose pictures are drawn.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">float32 or float64.</param>
    public static ColourMap Of(RenderRecipe recipe, NetworkDescription network, Device device, ScalarType dtype)
    {
        var panels = new ChannelPanels(network.InputChannels);
        return panels.Rgb switch
        {
            { } rgb when recipe.Greyscale => HoldGrey(rgb, panels.ChannelCount, device, dtype),
            { } rgb when recipe.DecorrelatedColour && recipe.Parameterization != ParameterizationKind.Pixel => Decorrelate(rgb, panels.ChannelCount, device, dtype),
            var rgb => new(matrix: null, [.. Enumerable.Range(0, panels.ChannelCount).Select(channel => rgb is null ? 0 : Math.Max(0, IndexOf(rgb, channel)))]),
        };
    }

    /// <summary>The channels.</summary>
    /// <param name="planes"><c>[N, P, H, W]</c>.</param>
    /// <returns><c>[N, C, H, W]</c>.</returns>
    public Tensor Apply(Tensor planes) => _matrix is null
        ? planes
        : matmul(_matrix, planes.flatten(2)).view(planes.shape[0], -1, planes.shape[2], planes.shape[3]);       // one product, all pixels

    /// <inheritdoc/>
    public void Dispose() => _matrix?.Dispose();

    private static ColourMap Decorrelate(IReadOnlyList<int> rgb, int channels, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var colours = ColourDecorrelation.Matrix(CPU, ScalarType.Float64).data<double>().ToArray();
        var matrix = new double[channels * channels];
        for (var channel = 0; channel < channels; channel++)
        {
            var row = IndexOf(rgb, channel);
            for (var plane = 0; plane < channels; plane++)
            {
                var column = IndexOf(rgb, plane);
                matrix[(channel * channels) + plane] = row >= 0 && column >= 0 ? colours[(row * 3) + column] : channel == plane ? 1 : 0;
            }
        }

        return new(
            tensor(matrix, [channels, channels]).to(dtype).to(device).MoveToOuterDisposeScope(),
            [.. Enumerable.Range(0, channels).Select(plane => Math.Max(0, IndexOf(rgb, plane)))]);
    }

    /// <summary>The first plane is red, green and blue at once; the others follow.</summary>
    private static ColourMap HoldGrey(IReadOnlyList<int> rgb, int channels, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var planes = channels - rgb.Count + 1;
        var matrix = new double[channels * planes];
        var next = 1;
        for (var channel = 0; channel < channels; channel++)
        {
            matrix[(channel * planes) + (rgb.Contains(channel) ? 0 : next++)] = 1;
        }

        return new(tensor(matrix, [channels, planes]).to(dtype).to(device).MoveToOuterDisposeScope(), new int[planes]);
    }

    private static int IndexOf(IReadOnlyList<int> channels, int channel)
    {
        for (var i = 0; i < channels.Count; i++)
        {
            if (channels[i] == channel)
            {
                return i;
            }
        }

        return -1;
    }
}
