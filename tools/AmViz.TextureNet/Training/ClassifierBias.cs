using AmViz.TextureNet.Network;
using AmViz.Responses.Textures;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Training;

/// <summary>Fits the bias of the classifier to pictures as they are meant, when all else is trained.</summary>
/// <remarks>
/// Under noise some classes can hardly be told from others, and their logits learn to be modest; on clear pictures they then lose.
/// One number a class sets that right, and as it is the same for every picture, the gradient of a logit stays as it was trained.
/// </remarks>
internal static class ClassifierBias
{
    private const int Iterations = 2000;

    // One picture in 34 is of a class, so the cross-entropy curves by about 2/34 at most in any direction: the descent stays stable up to a rate of 34.
    private const float Rate = 4;

    /// <summary>Lowers the cross-entropy over <see cref="TrainingOptions.BiasPictures"/> pictures that the training has not shown.</summary>
    /// <param name="network">In evaluation form; nothing but its <see cref="TrainableNetwork.ConstantBias"/> changes.</param>
    /// <param name="options">Of the training that has ended.</param>
    public static void Fit(TrainableNetwork network, TrainingOptions options)
    {
        if (network.ConstantBias is not { } bias || options.BiasPictures == 0)
            return;

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var logits = Logits(network, options);                                 // [pictures, classes]
        var share = full(TextureCatalogue.Classes.Count, 1f / TextureCatalogue.Classes.Count);
        var (shift, rate) = (zeros_like(bias), tensor(Rate));
        for (int i = 0; i < Iterations; i++)
        {
            using var step = NewDisposeScope();
            // The gradient with respect to the bias: how often each class is seen, less how often it is there.
            shift.sub_((nn.functional.softmax(logits + shift, 1).mean([0L]) - share) * rate);
        }
        bias.add_(shift);
    }

    private static Tensor Logits(TrainableNetwork network, TrainingOptions options)
    {
        int batchSize = TextureCatalogue.Classes.Count * options.PicturesPerClass;
        int batches = options.BiasPictures / batchSize;
        using var source = new BatchSource(batches, number =>
            TextureBatch.Draw(options.Size, batchSize, options.Seed, Split.Training, (long)(options.Steps + number) * batchSize));
        var logits = new List<Tensor>();
        foreach (var batch in source.Batches)
        {
            using var scope = NewDisposeScope();
            logits.Add(network.forward(batch.PixelTensor()).MoveToOuterDisposeScope());
        }
        return cat(logits);
    }
}
