using AmViz.TextureNet.Network;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Training;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Evaluating;

/// <summary>How a network answers on textures it has not seen.</summary>
internal static class Evaluation
{
    private const int BatchSize = 40;

    /// <summary>Draws pictures of all classes in turn and counts the answers.</summary>
    /// <param name="network">In evaluation form.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <param name="draws">Number of pictures.</param>
    /// <param name="seed">Of the pictures; even with the seed of the training they are other ones.</param>
    public static ConfusionMatrix Run(TrainableNetwork network, int size, int draws, int seed)
    {
        using var noGradients = no_grad();
        var confusion = new ConfusionMatrix(TextureCatalogue.Classes);
        using var source = Source(size, draws, seed);
        foreach (var batch in source.Batches)
        {
            using var scope = NewDisposeScope();
            long[] answers = network.forward(batch.PixelTensor()).argmax(1).data<long>().ToArray();
            for (int i = 0; i < batch.Count; i++)
                confusion.Count(batch.ClassIndices[i], answers[i]);
        }
        return confusion;
    }

    /// <summary>Batches of evaluation pictures, the last one shorter if need be.</summary>
    public static BatchSource Source(int size, int draws, int seed) =>
        new((draws + BatchSize - 1) / BatchSize, number =>
        {
            int first = number * BatchSize;
            return TextureBatch.Draw(size, Math.Min(BatchSize, draws - first), seed, Split.Evaluation, first);
        });
}
