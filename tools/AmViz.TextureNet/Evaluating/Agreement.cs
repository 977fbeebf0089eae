using AmViz.Models;
using AmViz.Networks;
using AmViz.TextureNet.Network;
using AmViz.Responses.Textures;
using AmViz.TextureNet.Training;
using static TorchSharp.torch;

namespace AmViz.TextureNet.Evaluating;

/// <summary>Whether the network that draws pictures computes what the one in training did.</summary>
internal static class Agreement
{
    private const double Tolerance = 1e-2;

    /// <summary>Compares all logits on one fresh picture of every class.</summary>
    /// <param name="trained">The network as read back from the weights.</param>
    /// <param name="weightsPath">Folder of the weights, from which AmViz.Models builds the other.</param>
    /// <param name="size">Side of the pictures in pixels.</param>
    /// <param name="seed">Of the pictures.</param>
    /// <returns>The largest difference of two logits.</returns>
    /// <exception cref="InvalidDataException">It is not rounding.</exception>
    public static double LargestDifference(TrainableNetwork trained, string weightsPath, int size, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var drawing = NetworkCatalogue.Open(model: null, weightsPath).Load();
        var pictures = TextureBatch.Draw(size, TextureCatalogue.Classes.Count, seed, Split.Evaluation, first: 0).PixelTensor();
        double difference = (trained.forward(pictures) - drawing.Forward(pictures, NetworkDescription.Logits)).abs().max().item<float>();
        return difference <= Tolerance
            ? difference
            : throw new InvalidDataException($"Logits of the trained network and of the one that AmViz.Models builds from its weights differ by {difference}; expected at most {Tolerance}. One of the two is wrong.");
    }
}
