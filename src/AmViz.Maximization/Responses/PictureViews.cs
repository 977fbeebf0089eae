using AmViz.Responses;
using static TorchSharp.torch;

namespace AmViz.Maximization;

/// <summary>What a network makes of whole pictures, by one run.</summary>
internal static class PictureViews
{
    /// <summary>Shows a batch.</summary>
    /// <param name="network">To which network.</param>
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="count">Pictures that are wanted; the rest fills the batch.</param>
    public static IReadOnlyList<PictureView> Of(INetwork network, Tensor images, int count)
    {
        var layer = RepresentationLayer.Of(network.Description).At((int)images.shape[2]);
        var hasClasses = network.Description.LayerShapes.Any(shape => shape.Kind == LayerKind.Logits);
        var (representations, odds) = (Array.Empty<float>(), LayerResponses.Empty(count, 0));
        network.VisitLayers(images, hasClasses ? [layer.Name, NetworkDescription.Logits] : [layer.Name], (place, values) =>
        {
            if (place == 0)
            {
                representations = Represent(values.narrow(0, 0, count), layer).to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
            }
            else
            {
                odds = ClassOdds.Of(values, count);
            }
        });
        var length = representations.Length / count;
        return [.. Enumerable.Range(0, count).Select(n => new PictureView(representations[(n * length)..((n + 1) * length)], odds.Peaks[(n * odds.Channels)..((n + 1) * odds.Channels)]))];
    }

    /// <summary>One vector a picture: the class token where there is one, as classifiers read it; else the mean over positions or patches.</summary>
    /// <param name="values"><c>[N, D]</c>, <c>[N, D, h, w]</c>, or tokens <c>[N, D, T, 1]</c>.</param>
    /// <param name="layer">Whose values.</param>
    /// <returns><c>[N, D]</c>.</returns>
    internal static Tensor Represent(Tensor values, LayerInfo layer)
    {
        if (values.dim() == 2)
        {
            return values;
        }

        var positions = values.flatten(2);                                                      // [N, D, P]
        return layer.PrefixTokens > layer.Registers
            ? positions.select(2, 0)
            : positions.narrow(2, layer.PrefixTokens, positions.shape[2] - layer.PrefixTokens).mean([2]);
    }
}
