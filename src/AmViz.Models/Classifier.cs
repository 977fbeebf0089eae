using TorchSharp;

namespace AmViz.Models;

/// <summary>What a network says of a picture, for one class.</summary>
/// <param name="Index">Number of the class.</param>
/// <param name="Label">Its label.</param>
/// <param name="Logit">Value before softmax.</param>
/// <param name="Probability">Value after softmax over all classes.</param>
public sealed record ClassScore(int Index, string Label, double Logit, double Probability);

/// <summary>Names what is on a picture.</summary>
/// <param name="network">A network whose weights reach to the logits; stays the caller's.</param>
public sealed class Classifier(INetwork network)
{
    /// <summary>The classes of highest probability, highest first.</summary>
    /// <param name="image"><c>[C, H, W]</c> or <c>[1, C, H, W]</c>, the input channels of the network (RGB) in [0, 1].</param>
    /// <param name="count">How many; all of them if there are fewer.</param>
    /// <exception cref="UnknownLayerException">The network tells no classes apart, or its weights end before the logits.</exception>
    /// <exception cref="ImageSizeException">The picture is smaller or larger than the network can take.</exception>
    public IReadOnlyList<ClassScore> Top(torch.Tensor image, int count = 5)
    {
        network.Description.FindShape(NetworkDescription.Logits);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        var one = image.dim() == 3 ? image.unsqueeze(0) : image;  // [1, C, H, W]
        if (one.dim() != 4 || one.shape[0] != 1)
        {
            throw new ArgumentException($"The picture is [{string.Join(", ", image.shape)}]; expected [C, H, W] or [1, C, H, W].", nameof(image));
        }

        var logits = network.Forward(one, NetworkDescription.Logits)[0].to(torch.ScalarType.Float64).cpu(); // [classes]
        double[] values = [.. logits.data<double>()];
        double[] probabilities = [.. logits.softmax(0).data<double>()];
        return
        [
            .. Enumerable.Range(0, values.Length)
                .OrderByDescending(index => values[index])
                .Take(count)
                .Select(index => new ClassScore(index, network.Description.Labels[index], values[index], probabilities[index])),
        ];
    }
}
